internal import Engine

/// A request's path as decoded segments, and its query.
struct RequestTarget: Sendable {
  /// The segments, decoded, without parameters behind `;` and without the empty one behind a slash at the end.
  var segments: [String]
  /// The query's parameters, decoded, in order.
  var query: QueryParameters

  /// Takes a target apart. Throws 400 for what has no clear meaning.
  init(parsing target: String) throws(ControlError) {
    // An absolute target (a proxy's form) counts from its path on.
    var rest = target[...]
    if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...].drop { $0 != "/" }
      if rest.isEmpty { rest = "/" }
    }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    segments = try Self.segments(of: parts.first ?? "")
    query = QueryParameters(parsing: parts.count > 1 ? parts[1] : "")
  }

  private static func segments(of path: Substring) throws(ControlError) -> [String] {
    guard path.hasPrefix("/") else { throw ControlError(status: 400, message: "Bad Request") }
    var raw = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if raw.last?.isEmpty == true { raw.removeLast() }
    var segments: [String] = []
    for part in raw {
      let bare = part.prefix { $0 != ";" }
      guard !part.isEmpty else { throw ControlError(status: 400, message: "Ambiguous URI empty segment") }
      guard let text = PercentEncoding.decode(bare) else {
        throw ControlError(status: 400, message: "Bad percent-encoding or UTF-8 in the path")
      }
      guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        throw ControlError(status: 400, message: "Suspicious Path Character")
      }
      segments.append(text)
    }
    return segments
  }
}

/// A query's parameters.
struct QueryParameters: Sendable {
  private var parameters: [(name: String, value: String)] = []

  init(parsing query: Substring) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // A parameter that can't be decoded is one that nobody asks for.
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
        let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
      else { continue }
      parameters.append((name, value))
    }
  }

  /// The first value of this name.
  func first(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

  /// All values of this name.
  func all(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }

  /// A flag as Java reads it: `true` in any case is true, everything else that is there is false.
  func flag(_ name: String, default byDefault: Bool) -> Bool {
    guard let value = first(name), !value.isEmpty else { return byDefault }
    return value.lowercased() == "true"
  }
}
