/// A media type of a `Content-Type` or `Accept` header, without parameters.
struct MediaType: Equatable {
  var type: String
  var subtype: String

  init?(_ text: String) { self.init(text[...]) }

  init?(_ text: Substring) {
    let bare = text.prefix { $0 != ";" }
    let parts = bare.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    type = Self.trimmed(parts[0])
    subtype = Self.trimmed(parts[1])
    if type.isEmpty || subtype.isEmpty { return nil }
  }

  /// Whether it stands for this type, wildcards seen.
  func includes(_ other: MediaType) -> Bool {
    type == "*" || (type == other.type && (subtype == "*" || subtype == other.subtype))
  }

  /// Whether it names one type.
  var isConcrete: Bool { type != "*" && subtype != "*" }

  static func trimmed(_ text: Substring) -> String {
    let space = { (character: Character) in character == " " || character == "\t" }
    var rest = text.drop(while: space)
    while let last = rest.last, space(last) { rest.removeLast() }
    return rest.lowercased()
  }

  private init(type: String, subtype: String) {
    self.type = type
    self.subtype = subtype
  }

  static let json = MediaType(type: "application", subtype: "json")
  static let plainText = MediaType(type: "text", subtype: "plain")
}

extension RESTRequest {
  /// Whether the client takes this type: it says nothing, or one of the accepted ranges includes it.
  func accepts(_ type: MediaType) -> Bool {
    let ranges = headers.filter { $0.0.lowercased() == "accept" }.flatMap { $0.1.split(separator: ",") }
    return ranges.isEmpty
      || ranges.contains { range in
        !isRefusal(range) && MediaType(range).map { $0.includes(type) } ?? false
      }
  }

  private func isRefusal(_ range: Substring) -> Bool {
    range.split(separator: ";").dropFirst().contains { parameter in
      let pair = parameter.split(separator: "=", maxSplits: 1)
      return pair.count == 2 && MediaType.trimmed(pair[0]) == "q" && Double(MediaType.trimmed(pair[1])) == 0
    }
  }
}
