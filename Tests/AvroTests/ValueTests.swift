import Avro
import JSON
import Testing

@Suite struct ValueTests {
  private func codec(_ text: String) throws -> ValueCodec { try ValueCodec(Schema(parsing: text)) }

  @Test func unionsTakeTheBranchThatFits() throws {
    let union = try codec(#"["null","int","string","double",{"type":"array","items":"string"}]"#)
    for value: JSONValue in [nil, 5, "x", .number("1.25"), ["a"], .number("3000000000.0")] {
      #expect(try union.decode(union.encode(value)) == value)
    }
    #expect(throws: AvroError.self) { try union.encode(true) }
  }

  @Test func floatsWithoutANumberAreTexts() throws {
    let double = try codec(#""double""#)
    for text in ["NaN", "Infinity", "-Infinity"] {
      #expect(try double.decode(double.encode(.string(text))) == .string(text))
    }
    #expect(try codec(#""float""#).decode([0xCD, 0xCC, 0x4C, 0x3E]) == .number("0.2"))
    #expect(throws: AvroError.self) { try double.encode("nan") }
  }

  @Test func missingFieldsTakeTheirDefault() throws {
    let record = try codec(
      #"""
      {"type":"record","name":"R","fields":[{"name":"a","type":["null","int"],"default":null},
        {"name":"b","type":"bytes","default":"\u0000\u0096"},{"name":"c","type":"string"}]}
      """#)
    #expect(try record.decode(record.encode(["c": "x"])) == ["a": nil, "b": "AJY=", "c": "x"])
    let missing = #expect(throws: AvroError.self) { try record.encode(["a": 1]) }
    #expect(missing?.path == ["c"])
    let unknown = #expect(throws: AvroError.self) { try record.encode(["c": "x", "d": 1]) }
    #expect(unknown?.path == ["d"])
    let wrong = #expect(throws: AvroError.self) { try record.encode(["c": 5]) }
    #expect(wrong?.description == "c: needs a string, not a number")
  }

  @Test func numbersOutOfRangeAreErrors() throws {
    #expect(throws: AvroError.self) { try codec(#""int""#).encode(2_147_483_648) }
    #expect(throws: AvroError.self) { try codec(#""long""#).encode(.number("9223372036854775808")) }
    #expect(throws: AvroError.self) { try codec(#""long""#).encode(.number("1.5")) }
    #expect(throws: AvroError.self) { try codec(#"{"type":"fixed","name":"F","size":2}"#).encode("AQID") }
    #expect(throws: AvroError.self) { try codec(#""bytes""#).encode("*") }
  }

  @Test func bytesBehindTheValueAreAnError() throws {
    #expect(throws: AvroError.self) { try codec(#""int""#).decode([2, 2]) }
    #expect(throws: AvroError.self) { try codec(#""string""#).decode([2, 0xFF]) }
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func base64(plain: String, encoded: String) {
    #expect(Array(plain.utf8).withUnsafeBytes { Base64.encode($0) } == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test(arguments: ["Zg", "Zg=", "Z===", "Zg==Zg==", "Z g=", "Zm9*"]) func badBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
