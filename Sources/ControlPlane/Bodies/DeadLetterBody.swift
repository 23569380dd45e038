internal import Engine
internal import JSON

/// Reads requests about dead letters.
enum DeadLetterBody {
  private static let choices = ["fingerprint", "partition", "offset"]

  /// The body of a replay; an absent one means all.
  static func replay(_ request: RESTRequest) throws(ControlError) -> DeadLetterReplay {
    let body = request.body.isEmpty ? JSONObject() : try RequestBody.object(request)
    try RequestBody.refuseOthers(than: choices + ["set", "drop", "to", "rate", "dry_run"], in: body, at: "")
    return DeadLetterReplay(
      choice: try choice(body), set: try sets(body["set"] ?? .null), drop: try drops(body["drop"] ?? .null),
      destination: try text(body, "to"), rate: try rate(body), isDryRun: try flag(body, "dry_run"))
  }

  /// The body of a discarding.
  static func discard(_ request: RESTRequest) throws(ControlError) -> (choice: DeadLetterChoice, reason: String) {
    let body = try RequestBody.object(request)
    try RequestBody.refuseOthers(than: choices + ["reason"], in: body, at: "")
    return (try choice(body), try text(body, "reason") ?? "")
  }

  /// What the query of a list of records selects.
  static func choice(_ query: QueryParameters) throws(ControlError) -> DeadLetterChoice {
    var members: [JSONObject.Member] = []
    for name in choices {
      guard let text = query.first(name), !text.isEmpty else { continue }
      members.append(.init(name, name == "fingerprint" ? .string(text) : .number(text)))
    }
    return try choice(JSONObject(members))
  }

  private static func choice(_ body: JSONObject) throws(ControlError) -> DeadLetterChoice {
    DeadLetterChoice(
      fingerprint: try text(body, "fingerprint"), partition: try number(body, "partition"),
      offset: try number(body, "offset"))
  }

  /// `{"/after/email": …}`, or a list of `"/after/email=…"` as the command line has it.
  private static func sets(_ value: JSONValue) throws(ControlError) -> [(pointer: String, value: JSONValue)] {
    switch value {
    case .null: return []
    case .object(let object): return object.members.map { ($0.name, $0.value) }
    case .array(let list):
      var sets: [(pointer: String, value: JSONValue)] = []
      for element in list {
        guard let text = element.string, let sign = text.firstIndex(of: "="),
          let value = try? JSONValue(parsing: String(text[text.index(after: sign)...]))
        else { throw RequestBody.refusal("an element of \"set\" is not POINTER=JSON") }
        sets.append((String(text[..<sign]), value))
      }
      return sets
    default: throw RequestBody.refusal("\"set\" is neither an object nor a list of POINTER=JSON")
    }
  }

  private static func drops(_ value: JSONValue) throws(ControlError) -> [String] {
    if value.isNull { return [] }
    if let one = value.string { return [one] }
    var drops: [String] = []
    for element in value.array ?? [.null] {
      guard let text = element.string else { throw RequestBody.refusal("\"drop\" is no list of JSON pointers") }
      drops.append(text)
    }
    return drops
  }

  private static func rate(_ body: JSONObject) throws(ControlError) -> Int? {
    guard let rate: Int = try number(body, "rate") else { return nil }
    guard rate > 0 else { throw RequestBody.refusal("\"rate\" must be above 0") }
    return rate
  }

  private static func text(_ body: JSONObject, _ name: String) throws(ControlError) -> String? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let text = value.string else { throw RequestBody.refusal("\"\(name)\" is no string") }
    return text
  }

  private static func flag(_ body: JSONObject, _ name: String) throws(ControlError) -> Bool {
    guard let value = body[name], !value.isNull else { return false }
    guard let flag = value.bool else { throw RequestBody.refusal("\"\(name)\" is neither true nor false") }
    return flag
  }

  private static func number<Number: FixedWidthInteger>(
    _ body: JSONObject, _ name: String
  ) throws(ControlError) -> Number? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let number = value.int.flatMap({ Number(exactly: $0) }), number >= 0 else {
      throw RequestBody.refusal("\"\(name)\" is no whole number of 0 or more")
    }
    return number
  }
}
