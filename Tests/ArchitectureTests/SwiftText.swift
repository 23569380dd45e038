/// Swift text with comments and the content of string literals blanked out, so that rules look at code only. Lines stay
/// where they are; interpolations inside strings count as code.
struct SwiftText {
  let code: String

  init(_ source: String) {
    var scanner = Scanner(source)
    scanner.scanCode(untilParenthesis: false)
    code = String(decoding: scanner.output, as: UTF8.self)
  }

  /// Line numbers, from 1, with their code.
  var lines: [(number: Int, text: Substring)] {
    code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0.offset + 1, $0.element) }
  }

  private struct Scanner {
    private let input: [UInt8]
    private var at = 0
    private(set) var output: [UInt8] = []

    init(_ source: String) { input = Array(source.utf8) }

    private func looksAt(_ text: StaticString, offset: Int = 0) -> Bool {
      let count = text.utf8CodeUnitCount
      guard at + offset + count <= input.count else { return false }
      var index = 0
      while index < count {
        if input[at + offset + index] != text.utf8Start[index] { return false }
        index += 1
      }
      return true
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
      byte == 47 || byte == 34 || byte == 35 || byte == 40 || byte == 41  // / " # ( )
    }

    private mutating func keep(_ count: Int = 1) {
      output.append(contentsOf: input[at..<min(at + count, input.count)])
      at += count
    }

    private mutating func blank(_ count: Int = 1) {
      for byte in input[at..<min(at + count, input.count)] { output.append(byte == 10 ? 10 : 32) }
      at += count
    }

    mutating func scanCode(untilParenthesis: Bool) {
      var depth = 0
      while at < input.count {
        if !Self.isSpecial(input[at]) {
          output.append(input[at])
          at += 1
        } else if looksAt("//") {
          while at < input.count, input[at] != 10 { blank() }
        } else if looksAt("/*") {
          scanComment()
        } else if let hashes = hashesBeforeQuote() {
          scanString(hashes: hashes)
        } else {
          if input[at] == UInt8(ascii: "(") { depth += 1 }
          if input[at] == UInt8(ascii: ")") {
            depth -= 1
            if untilParenthesis && depth < 0 { return }
          }
          keep()
        }
      }
    }

    private mutating func scanComment() {
      var depth = 0
      repeat {
        if looksAt("/*") {
          depth += 1
          blank(2)
        } else if looksAt("*/") {
          depth -= 1
          blank(2)
        } else {
          blank()
        }
      } while depth > 0 && at < input.count
    }

    /// The number of `#` before a quote that opens a string here; nil: no string begins.
    private func hashesBeforeQuote() -> Int? {
      var count = 0
      while at + count < input.count, input[at + count] == UInt8(ascii: "#") { count += 1 }
      return looksAt("\"", offset: count) ? count : nil
    }

    private mutating func scanString(hashes: Int) {
      keep(hashes)
      let quotes = looksAt("\"\"\"") ? 3 : 1
      keep(quotes)
      while at < input.count {
        if looksAt("\\"), (0..<hashes).allSatisfy({ looksAt("#", offset: 1 + $0) }) {
          blank(1 + hashes)
          if looksAt("(") {
            keep()
            scanCode(untilParenthesis: true)
            keep()
          } else {
            blank()
          }
        } else if closes(quotes, hashes) {
          keep(quotes + hashes)
          return
        } else if quotes == 1 && input[at] == 10 {
          return
        } else {
          blank()
        }
      }
    }

    private func closes(_ quotes: Int, _ hashes: Int) -> Bool {
      (0..<quotes).allSatisfy { looksAt("\"", offset: $0) }
        && (0..<hashes).allSatisfy { looksAt("#", offset: quotes + $0) }
    }
  }
}
