import ChangeModel
import Testing

@testable import PostgresSource

/// Rows of COPY's text form.
@Suite struct CopyRowTests {
  private func read(_ line: String, columns: Int) throws -> [PgOutputBytes.Value] {
    var buffer = ByteBuffer(capacity: 16)
    let bytes = Array(line.utf8)
    let range = try bytes.withUnsafeBytes { (bytes) throws(FramingError) in
      try CopyRow.append(bytes, columns: columns, to: &buffer)
    }
    return PgOutputBytes.row(buffer[range])
  }

  @Test func plainRowsAreSplit() throws {
    #expect(try read("1\tabc\té\n", columns: 3) == [.text("1"), .text("abc"), .text("é")])
    #expect(try read("1\t\t\n", columns: 3) == [.text("1"), .text(""), .text("")])
    #expect(try read("\n", columns: 1) == [.text("")])
    #expect(try read("\n", columns: 0) == [])
  }

  @Test func nullsAndEscapesAreRead() throws {
    #expect(
      try read("\\N\ta\\tb\\nc\\\\d\\r\\v\\f\\b\t\\\\N\n", columns: 3)
        == [.null, .text("a\tb\nc\\d\r\u{B}\u{C}\u{8}"), .text("\\N")])
    #expect(try read("\\N\n", columns: 1) == [.null])
    #expect(
      try read("x\\N\t\\Nx\n", columns: 2) == [.text("xN"), .text("Nx")], "only the two characters alone are null")
  }

  @Test func otherNumbersOfColumnsAreRefused() {
    #expect(throws: FramingError.self) { try self.read("1\t2\n", columns: 3) }
    #expect(throws: FramingError.self) { try self.read("1\t2\t3\n", columns: 2) }
    #expect(throws: FramingError.self) { try self.read("1\n", columns: 0) }
  }

  @Test func anyBytesAreSafe() {
    var generator = Seeded(state: 7)
    let alphabet = Array("\\\tNna\u{E9}".utf8)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...24, using: &generator)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      var buffer = ByteBuffer(capacity: 16)
      for columns in 0...4 {
        _ = try? bytes.withUnsafeBytes { try CopyRow.append($0, columns: columns, to: &buffer) }
      }
    }
  }
}
