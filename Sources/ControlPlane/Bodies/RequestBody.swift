internal import Engine
internal import JSON

/// Reads request bodies. Kafka Connect answers 500 with Java's words to what it can't read; here it is a 400 that says
/// what is wrong and where.
enum RequestBody {
  /// The body as JSON. Throws 415 if it is not declared as JSON, 400 if it is empty, not UTF-8 or not JSON.
  static func json(_ request: RESTRequest) throws(ControlError) -> JSONValue {
    guard !request.body.isEmpty else { throw refusal("the body is empty; JSON is expected") }
    guard let type = request.header("content-type").flatMap(MediaType.init), type.isConcrete else {
      throw ControlError(status: 415, message: "HTTP 415 Unsupported Media Type")
    }
    do {
      return try JSONValue(parsing: request.body)
    } catch {
      throw refusal(error.description)
    }
  }

  /// The body as a JSON object.
  static func object(_ request: RESTRequest) throws(ControlError) -> JSONObject {
    try object(try json(request), at: "")
  }

  /// A value as an object; `place` is its JSON pointer.
  static func object(_ value: JSONValue, at place: String) throws(ControlError) -> JSONObject {
    guard case .object(let object) = value else {
      throw refusal("\(name(of: place)) is \(kind(of: value)); an object is expected")
    }
    return object
  }

  /// A map from strings to strings: numbers (in their own spelling) and booleans become strings, null stays.
  static func stringMap(_ value: JSONValue, at place: String) throws(ControlError) -> JSONObject {
    var members: [JSONObject.Member] = []
    for member in try object(value, at: place).members {
      members.append(.init(member.name, try text(member.value, at: place + "/" + pointerToken(member.name))))
    }
    return JSONObject(members)
  }

  /// A value as a string or null.
  static func text(_ value: JSONValue, at place: String) throws(ControlError) -> JSONValue {
    switch value {
    case .string, .null: return value
    case .number(let digits): return .string(digits)
    case .bool(let flag): return .string(flag ? "true" : "false")
    case .array, .object:
      throw refusal("\(name(of: place)) is \(kind(of: value)); a string, number, boolean or null is expected")
    }
  }

  /// Refuses members that are not among the known ones.
  static func refuseOthers(than known: [String], in object: JSONObject, at place: String) throws(ControlError) {
    guard let unknown = object.names.first(where: { !known.contains($0) }) else { return }
    let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
    throw refusal("Unrecognized field \"\(unknown)\" in \(name(of: place)), known are \(list)")
  }

  static func refusal(_ what: String) -> ControlError {
    ControlError(status: 400, message: "The request body can't be read: \(what)")
  }

  private static func pointerToken(_ name: String) -> String {
    String(name.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) })
  }

  private static func name(of place: String) -> String { place.isEmpty ? "the body" : "the value at \(place)" }

  private static func kind(of value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
