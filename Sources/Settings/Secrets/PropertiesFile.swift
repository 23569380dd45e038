/// Reads Java's properties files (`java.util.Properties`), in UTF-8 as Kafka's FileConfigProvider does.
enum PropertiesFile {
  /// The value of a key; the last one if it is there twice.
  static func value(of key: String, in text: String) -> String? {
    var found: String?
    for line in logicalLines(text) {
      let (name, value) = split(line)
      if unescape(name) == key { found = unescape(value) }
    }
    return found
  }

  /// Lines without comments and empty ones; a line that ends in an odd number of backslashes goes on in the next.
  private static func logicalLines(_ text: String) -> [[Unicode.Scalar]] {
    var lines: [[Unicode.Scalar]] = []
    var open: [Unicode.Scalar]?
    for raw in text.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r" })
    {
      var line = Array(raw.drop(while: isSpace))
      if open == nil, line.isEmpty || line[0] == "#" || line[0] == "!" { continue }
      let backslashes = line.reversed().prefix { $0 == "\\" }.count
      let goesOn = backslashes % 2 == 1
      if goesOn { line.removeLast() }
      let whole = (open ?? []) + line
      open = goesOn ? whole : nil
      if !goesOn { lines.append(whole) }
    }
    if let open { lines.append(open) }
    return lines
  }

  /// The name ends at the first `=`, `:` or white space that is not escaped.
  private static func split(_ line: [Unicode.Scalar]) -> (ArraySlice<Unicode.Scalar>, ArraySlice<Unicode.Scalar>) {
    var at = 0
    while at < line.count, line[at] != "=", line[at] != ":", !isSpace(line[at]) {
      at += line[at] == "\\" ? 2 : 1
    }
    let end = min(at, line.count)
    var start = end
    while start < line.count, isSpace(line[start]) { start += 1 }
    if start < line.count, line[start] == "=" || line[start] == ":" { start += 1 }
    while start < line.count, isSpace(line[start]) { start += 1 }
    return (line[..<end], line[start...])
  }

  private static func unescape(_ text: ArraySlice<Unicode.Scalar>) -> String {
    var units: [UInt16] = []
    var at = text.startIndex
    while at < text.endIndex {
      let scalar = text[at]
      at += 1
      guard scalar == "\\", at < text.endIndex else {
        units.append(contentsOf: UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter)
        continue
      }
      let escaped = text[at]
      at += 1
      switch escaped {
      case "t": units.append(9)
      case "n": units.append(10)
      case "r": units.append(13)
      case "f": units.append(12)
      case "u":
        let digits = text[at...].prefix(4)
        if digits.count == 4, let unit = UInt16(String(String.UnicodeScalarView(digits)), radix: 16) {
          units.append(unit)
          at += 4
        } else {
          units.append(UInt16(UInt8(ascii: "u")))
        }
      default: units.append(contentsOf: UTF16.encode(escaped) ?? UTF16.encodedReplacementCharacter)
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\u{0C}"
  }
}
