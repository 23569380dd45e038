internal import Engine

/// A request's path in parts.
enum RequestPath {
  /// The decoded segments, without parameters behind `;` and without the empty one behind a slash at the end. Throws 400
  /// for a path without a clear meaning.
  static func segments(of path: String) throws(ControlError) -> [String] {
    guard path.hasPrefix("/") else { throw ControlError(status: 400, message: "Bad Request") }
    var raw = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if raw.last?.isEmpty == true { raw.removeLast() }
    var segments: [String] = []
    for part in raw {
      guard !part.isEmpty else { throw ControlError(status: 400, message: "Ambiguous URI empty segment") }
      guard let text = PercentEncoding.decode(part.prefix { $0 != ";" }) else {
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
