/// A replacement in the syntax of Java's `Matcher.replaceAll`, bound to the groups of one pattern.
public struct JavaReplacement: Sendable {
  private enum Piece {
    case text([UInt8])
    case group(Int)
  }

  private let pieces: [Piece]

  init(_ text: String, groupCount: Int, groupNumber: (String) -> Int?) throws(PatternProblem) {
    let source = Array(text.unicodeScalars)
    var pieces: [Piece] = []
    var literal = ""
    var at = 0
    func fail(_ message: String) -> PatternProblem { PatternProblem(message: message, offset: at) }
    while at < source.count {
      let scalar = source[at]
      if scalar == "\\" {
        guard at + 1 < source.count else { throw fail("a character is missing behind \\ in the replacement") }
        literal.unicodeScalars.append(source[at + 1])
        at += 2
      } else if scalar == "$" {
        if !literal.isEmpty { pieces.append(.text(Array(literal.utf8))) }
        literal = ""
        let (group, end) = try Self.group(source, at, groupCount, groupNumber)
        pieces.append(.group(group))
        at = end
      } else {
        literal.unicodeScalars.append(scalar)
        at += 1
      }
    }
    if !literal.isEmpty { pieces.append(.text(Array(literal.utf8))) }
    self.pieces = pieces
  }

  /// The group that a `$` at `start` refers to, and where the reference ends.
  private static func group(
    _ source: [Unicode.Scalar], _ start: Int, _ groupCount: Int, _ groupNumber: (String) -> Int?
  ) throws(PatternProblem) -> (Int, Int) {
    func fail(_ message: String) -> PatternProblem { PatternProblem(message: message, offset: start) }
    guard start + 1 < source.count else { throw fail("a group is missing behind $ in the replacement") }
    if source[start + 1] == "{" {
      guard let end = source[start...].firstIndex(of: "}") else { throw fail("a } is missing in the replacement") }
      let name = String(String.UnicodeScalarView(source[(start + 2)..<end]))
      guard let number = groupNumber(name) else { throw fail("the pattern has no group {\(name)}") }
      return (number, end + 1)
    }
    guard var number = digit(source[start + 1]) else {
      throw fail("$ must be followed by a group in the replacement, or be written \\$")
    }
    guard number <= groupCount else { throw fail("the pattern has no group \(number)") }
    var at = start + 2
    // Java takes further digits as long as there is such a group.
    while at < source.count, let next = digit(source[at]), number * 10 + next <= groupCount {
      number = number * 10 + next
      at += 1
    }
    return (number, at)
  }

  private static func digit(_ scalar: Unicode.Scalar) -> Int? {
    ("0"..."9").contains(scalar) ? Int(scalar.value) - 0x30 : nil
  }

  func append(_ match: CompiledPattern.Match, in bytes: [UInt8], to out: inout [UInt8]) {
    for piece in pieces {
      switch piece {
      case .text(let text): out.append(contentsOf: text)
      case .group(let number):
        if number < match.ranges.count, let range = match.ranges[number] { out.append(contentsOf: bytes[range]) }
      }
    }
  }
}
