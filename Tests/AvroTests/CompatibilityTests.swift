import Avro
import Testing

@Suite struct CompatibilityTests {
  private func reasons(_ reader: String, _ writer: String) throws -> [String] {
    Compatibility.incompatibilities(reader: try Schema(parsing: reader), writer: try Schema(parsing: writer))
      .map(\.description)
  }

  private func record(_ fields: String, name: String = "R", more: String = "") -> String {
    #"{"type":"record","name":"\#(name)","fields":[\#(fields)]\#(more)}"#
  }

  @Test(arguments: [
    ("long", "int"), ("float", "int"), ("float", "long"), ("double", "float"), ("double", "int"), ("bytes", "string"),
    ("string", "bytes"), ("int", "int"),
  ])
  func promotions(reader: String, writer: String) throws {
    #expect(try reasons("\"\(reader)\"", "\"\(writer)\"").isEmpty)
  }

  @Test(arguments: [("int", "long"), ("long", "float"), ("string", "int"), ("boolean", "int"), ("float", "double")])
  func otherTypesDontFit(reader: String, writer: String) throws {
    #expect(
      try reasons("\"\(reader)\"", "\"\(writer)\"") == [
        "TYPE_MISMATCH at /: reader type: \(reader.uppercased()) not compatible with writer type: \(writer.uppercased())"
      ])
  }

  @Test func fields() throws {
    let one = record(#"{"name":"a","type":"int"}"#)
    let withDefault = record(#"{"name":"a","type":"int"},{"name":"b","type":["null","string"],"default":null}"#)
    let without = record(#"{"name":"a","type":"int"},{"name":"b","type":"string"}"#)
    #expect(try reasons(withDefault, one).isEmpty)
    #expect(try reasons(one, without).isEmpty)
    #expect(try reasons(without, one) == ["READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: b"])
    let renamed = record(#"{"name":"c","aliases":["a"],"type":"long"}"#)
    #expect(try reasons(renamed, one).isEmpty)
    let changed = record(#"{"name":"a","type":"string"}"#)
    #expect(
      try reasons(changed, one) == [
        "TYPE_MISMATCH at /fields/0/type: reader type: STRING not compatible with writer type: INT"
      ])
  }

  @Test func names() throws {
    let other = record("", name: "S")
    #expect(try reasons(record(""), other) == ["NAME_MISMATCH at /name: expected: S"])
    #expect(try reasons(record("", more: #","aliases":["S"]"#), other).isEmpty)
    #expect(try reasons(record("", name: "x.R"), record("", name: "y.R")).isEmpty)
  }

  @Test func unions() throws {
    #expect(try reasons(#"["null","long"]"#, "\"int\"").isEmpty)
    #expect(try reasons(#"["null","long"]"#, #"["int","null"]"#).isEmpty)
    #expect(try reasons("\"long\"", #"["int","long"]"#).isEmpty)
    #expect(
      try reasons(#"["null","int"]"#, "\"string\"") == [
        "MISSING_UNION_BRANCH at /: reader union lacking writer type: STRING"
      ])
    #expect(
      try reasons(#"["null","int"]"#, #"["null","string"]"#) == [
        "MISSING_UNION_BRANCH at /1: reader union lacking writer type: STRING"
      ])
    #expect(
      try reasons("\"int\"", #"["int","null"]"#) == [
        "TYPE_MISMATCH at /: reader type: INT not compatible with writer type: NULL"
      ])
  }

  @Test func enumerationsAndFixed() throws {
    let two = #"{"type":"enum","name":"E","symbols":["A","B"]}"#
    let one = #"{"type":"enum","name":"E","symbols":["A"]}"#
    #expect(try reasons(two, one).isEmpty)
    #expect(try reasons(one, two) == ["MISSING_ENUM_SYMBOLS at /symbols: [B]"])
    #expect(try reasons(#"{"type":"enum","name":"E","symbols":["A"],"default":"A"}"#, two).isEmpty)
    #expect(
      try reasons(#"{"type":"fixed","name":"F","size":2}"#, #"{"type":"fixed","name":"F","size":3}"#) == [
        "FIXED_SIZE_MISMATCH at /size: expected: 3, found: 2"
      ])
  }

  @Test func recursionEnds() throws {
    let tree = record(#"{"name":"kids","type":{"type":"array","items":"R"}}"#)
    let more = record(#"{"name":"kids","type":{"type":"array","items":"R"}},{"name":"x","type":"int"}"#)
    #expect(try reasons(tree, tree).isEmpty)
    #expect(try reasons(tree, more).isEmpty)
    #expect(try reasons(more, tree) == ["READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: x"])
  }
}
