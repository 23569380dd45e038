/// Text from outside, made safe for a terminal.
enum Printable {
  /// One line without control characters, which could move the cursor or hide text.
  static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
  }

  /// Lines without control characters.
  static func lines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line(String($0)) }
  }

  /// An address without the user and password in it.
  static func address(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return withoutUser(url[...]) }
    return url[..<scheme.upperBound] + withoutUser(url[scheme.upperBound...])
  }

  private static func withoutUser(_ text: Substring) -> String {
    let end = text.firstIndex { "/?#".contains($0) } ?? text.endIndex
    guard let at = text[..<end].lastIndex(of: "@") else { return String(text) }
    return String(text[text.index(after: at)...])
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
