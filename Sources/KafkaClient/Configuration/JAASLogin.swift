/// A line of Java's login configuration: `<module> required name="value" …;`.
struct JAASLogin {
  /// The login module's class.
  let module: String
  /// Its options.
  let options: [String: String]

  /// Nil: the text has another form.
  init?(_ text: String) {
    var scanner = Scanner(Array(text.unicodeScalars))
    guard let module = scanner.word(), let flag = scanner.word(),
      ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased())
    else { return nil }
    var options: [String: String] = [:]
    while !scanner.takes(";") {
      guard let name = scanner.word(), scanner.takes("="), let value = scanner.value() else { return nil }
      options[name] = value
    }
    guard scanner.isAtEnd else { return nil }
    self.module = module
    self.options = options
  }

  private struct Scanner {
    private let text: [Unicode.Scalar]
    private var at = 0

    init(_ text: [Unicode.Scalar]) { self.text = text }

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return at == text.count
      }
    }

    mutating func takes(_ sign: Unicode.Scalar) -> Bool {
      skipSpace()
      guard at < text.count, text[at] == sign else { return false }
      at += 1
      return true
    }

    mutating func word() -> String? {
      skipSpace()
      var word = String.UnicodeScalarView()
      while at < text.count, !text[at].properties.isWhitespace, text[at] != "=", text[at] != ";", text[at] != "\"" {
        word.append(text[at])
        at += 1
      }
      return word.isEmpty ? nil : String(word)
    }

    mutating func value() -> String? {
      skipSpace()
      guard at < text.count, text[at] == "\"" || text[at] == "'" else { return word() }
      let quote = text[at]
      at += 1
      var value = String.UnicodeScalarView()
      while at < text.count, text[at] != quote {
        if text[at] == "\\", at + 1 < text.count { at += 1 }
        value.append(text[at])
        at += 1
      }
      guard at < text.count else { return nil }
      at += 1
      return String(value)
    }

    private mutating func skipSpace() { while at < text.count, text[at].properties.isWhitespace { at += 1 } }
  }
}
