import Avro
import ChangeModel
import ColumnCodecs
import JSON
import Testing

/// A text, how it is converted, and the value that is read back from the Avro bytes; nil: it is not convertible.
struct CodecCase: Sendable, CustomTestStringConvertible {
  var codec: TextCodec
  var text: String
  var value: JSONValue?
  var testDescription: String { "\(codec.form) \(text.prefix(40))" }

  init(_ form: TextCodec.Form, _ text: String, _ value: JSONValue?, scale: Int = 0) {
    codec = TextCodec(form, scale: scale)
    self.text = text
    self.value = value
  }

  init(list form: TextCodec.Form, _ text: String, _ value: JSONValue?, required: Bool = false, scale: Int = 0) {
    codec = TextCodec(form, scale: scale, container: required ? .requiredElements : .optionalElements)
    self.text = text
    self.value = value
  }
}

func encoded(_ text: String, _ codec: TextCodec) -> [UInt8]? {
  var out = ByteBuffer()
  var text = text
  let isConverted = text.withUTF8 { codec.append(UnsafeRawBufferPointer($0), to: &out) }
  return isConverted ? Array(out.bytes) : nil
}

func decoded(_ bytes: [UInt8], _ codec: TextCodec) throws -> JSONValue {
  try ValueCodec(Schema(parsing: schemaText(codec))).decode(bytes)
}

private func schemaText(_ codec: TextCodec) -> String {
  let form =
    switch codec.form {
    case .boolean, .bit: "\"boolean\""
    case .integer, .date, .milliTime, .microTime, .milliTimestamp, .microTimestamp, .interval: "\"long\""
    case .float: "\"float\""
    case .double: "\"double\""
    case .string, .zonedTimestamp, .zonedTime, .hstore: "\"string\""
    case .bytea, .decimal, .money, .bits: "\"bytes\""
    case .variableDecimal: record("[{\"name\":\"scale\",\"type\":\"int\"},{\"name\":\"value\",\"type\":\"bytes\"}]")
    case .point:
      record(
        """
        [{"name":"x","type":"double"},{"name":"y","type":"double"},{"name":"wkb","type":["null","bytes"]},
         {"name":"srid","type":["null","int"]}]
        """)
    case .geometry: record("[{\"name\":\"wkb\",\"type\":\"bytes\"},{\"name\":\"srid\",\"type\":[\"null\",\"int\"]}]")
    case .doubleVector: "{\"type\":\"array\",\"items\":\"double\"}"
    case .floatVector: "{\"type\":\"array\",\"items\":\"float\"}"
    case .sparseVector:
      record(
        """
        [{"name":"dimensions","type":"int"},{"name":"vector","type":{"type":"array","items":{"type":"record",
          "name":"e","fields":[{"name":"key","type":"int"},{"name":"value","type":"double"}]}}}]
        """)
    }
  switch codec.container {
  case .none: return form
  case .optionalElements: return "{\"type\":\"array\",\"items\":[\"null\",\(form)]}"
  case .requiredElements: return "{\"type\":\"array\",\"items\":\(form)}"
  }
}

private func record(_ fields: String) -> String { "{\"type\":\"record\",\"name\":\"r\",\"fields\":\(fields)}" }

@Suite("PostgreSQL texts to Avro")
struct CodecTests {
  static let numbers: [CodecCase] = [
    CodecCase(.boolean, "t", true), CodecCase(.boolean, "f", false), CodecCase(.boolean, "x", nil),
    CodecCase(.integer, "0", 0), CodecCase(.integer, "-1", -1), CodecCase(.integer, "2147483647", 2_147_483_647),
    CodecCase(.integer, "9223372036854775807", .number("9223372036854775807")),
    CodecCase(.integer, "-9223372036854775808", .number("-9223372036854775808")),
    CodecCase(.integer, "9223372036854775808", nil), CodecCase(.integer, "", nil), CodecCase(.integer, "-", nil),
    CodecCase(.integer, "1x", nil),
    CodecCase(.float, "3.3", .number("3.3")), CodecCase(.float, "NaN", "NaN"),
    CodecCase(.float, "1e-45", .number("1e-45")), CodecCase(.float, "-Infinity", "-Infinity"),
    CodecCase(.double, "1.7976931348623157e+308", .number("1.7976931348623157e+308")),
    CodecCase(.double, "5e-324", .number("5e-324")), CodecCase(.double, "0.1", .number("0.1")),
    CodecCase(.double, "Infinity", "Infinity"), CodecCase(.double, "1,5", nil), CodecCase(.double, "", nil),
    CodecCase(.bit, "0", false), CodecCase(.bit, "1", true), CodecCase(.bit, "", nil), CodecCase(.bit, "11", nil),
    CodecCase(.bits, "11", "Aw=="), CodecCase(.bits, "000000110000001000000001", "AQID"), CodecCase(.bits, "00", ""),
    CodecCase(.bits, "100000000", "AAE="), CodecCase(.bits, "", ""), CodecCase(.bits, "12", nil),
  ]

  static let decimals: [CodecCase] = [
    CodecCase(.decimal, "0.00", "AA==", scale: 2), CodecCase(.decimal, "1.10", "bg==", scale: 2),
    CodecCase(.decimal, "-0.01", "/w==", scale: 2), CodecCase(.decimal, "1.27", "fw==", scale: 2),
    CodecCase(.decimal, "1.28", "AIA=", scale: 2), CodecCase(.decimal, "-1.28", "gA==", scale: 2),
    CodecCase(.decimal, "-1.29", "/38=", scale: 2), CodecCase(.decimal, "5", "AfQ=", scale: 2),
    CodecCase(.decimal, "NaN", nil, scale: 2), CodecCase(.decimal, "Infinity", nil, scale: 2),
    CodecCase(.decimal, "1.234", nil, scale: 2), CodecCase(.decimal, "1.230", "ew==", scale: 2),
    CodecCase(.decimal, "", nil, scale: 2), CodecCase(.decimal, "12300", "ew==", scale: -2),
    CodecCase(.decimal, "0", "AA==", scale: -2),
    CodecCase(.decimal, "9223372036854775807", "f/////////8="),
    CodecCase(.decimal, "9223372036854775808", "AIAAAAAAAAAA"),
    CodecCase(.decimal, "-9223372036854775808", "gAAAAAAAAAA="),
    CodecCase(.decimal, "-9223372036854775809", "/3//////////"),
    CodecCase(.decimal, "18446744073709551616", "AQAAAAAAAAAA"),
    CodecCase(.decimal, "-18446744073709551616", "/wAAAAAAAAAA"),
    CodecCase(.decimal, "1234567890123456789012345678901234.56", "F8bjv9cP3ursQXFy3LrA", scale: 2),
    CodecCase(.variableDecimal, "10.1111", ["scale": 4, "value": "AYr3"]),
    CodecCase(.variableDecimal, "10.10", ["scale": 1, "value": "ZQ=="]),
    CodecCase(.variableDecimal, "1200", ["scale": 0, "value": "BLA="]),
    CodecCase(.variableDecimal, "0.000", ["scale": 0, "value": "AA=="]),
    CodecCase(.variableDecimal, "100.00", ["scale": 0, "value": "ZA=="]),
    CodecCase(.variableDecimal, "NaN", nil),
    CodecCase(.money, "$1,234.11", "AeIT", scale: 2), CodecCase(.money, "-$1,234.11", "/h3t", scale: 2),
    CodecCase(.money, "($1,234.11)", "/h3t", scale: 2), CodecCase(.money, "1.234,11 €", "AeIT", scale: 2),
    CodecCase(.money, "$0.00", "AA==", scale: 2), CodecCase(.money, "¥1,234", "AeII", scale: 2),
    CodecCase(.money, "-$92,233,720,368,547,758.08", "gAAAAAAAAAA=", scale: 2), CodecCase(.money, "$", nil, scale: 2),
  ]

  static let temporal: [CodecCase] = [
    CodecCase(.date, "2016-11-04", 17109), CodecCase(.date, "1970-01-01", 0), CodecCase(.date, "0001-01-01", -719162),
    CodecCase(.date, "0001-01-01 BC", -719528), CodecCase(.date, "4713-01-01 BC", -2440550),
    CodecCase(.date, "5874897-12-31", 2_145_042_905), CodecCase(.date, "infinity", -2_147_472_692),
    CodecCase(.date, "-infinity", -2_147_472_691), CodecCase(.date, "2016-11", nil), CodecCase(.date, "", nil),
    CodecCase(.milliTime, "13:51:30.123", 49_890_123), CodecCase(.microTime, "13:51:30.1", 49_890_100_000),
    CodecCase(.microTime, "24:00:00", 86_400_000_000), CodecCase(.microTime, "23:59", nil),
    CodecCase(.microTimestamp, "2016-11-04 13:51:30.123456", 1_478_267_490_123_456),
    CodecCase(.microTimestamp, "1936-10-25 22:10:12.608", -1_047_174_587_392_000),
    CodecCase(.microTimestamp, "294247-01-01 23:59:59.999999", .number("9223371331199999999")),
    CodecCase(.microTimestamp, "294276-12-31 23:59:59.999999", nil),
    CodecCase(.microTimestamp, "infinity", .number("9223372036825200000")),
    CodecCase(.microTimestamp, "-infinity", .number("-9223372036832400000")),
    CodecCase(.microTimestamp, "0044-03-15 12:00:00 BC", -63_517_780_800_000_000),
    CodecCase(.milliTimestamp, "2016-11-04 13:51:30.123", 1_478_267_490_123),
    CodecCase(.milliTimestamp, "294276-12-31 23:59:59.999", 9_224_318_015_999_999),
    CodecCase(.milliTimestamp, "infinity", 9_223_372_036_825_200),
    CodecCase(.milliTimestamp, "1969-12-31 23:59:59.999", -1),
    CodecCase(.zonedTimestamp, "2016-11-04 11:51:30.123456+00", "2016-11-04T11:51:30.123456Z", scale: 6),
    CodecCase(.zonedTimestamp, "2016-11-04 11:51:30+00", "2016-11-04T11:51:30.000000Z", scale: 6),
    CodecCase(.zonedTimestamp, "2016-11-04 11:51:30.1+00", "2016-11-04T11:51:30.100Z", scale: 3),
    CodecCase(.zonedTimestamp, "2016-11-04 11:51:30+00", "2016-11-04T11:51:30Z"),
    CodecCase(.zonedTimestamp, "2016-11-04 13:51:30.1234+02", "2016-11-04T11:51:30.123400Z", scale: 6),
    CodecCase(.zonedTimestamp, "2017-01-01 00:00:00-05:30", "2017-01-01T05:30:00.000000Z", scale: 6),
    CodecCase(.zonedTimestamp, "2000-03-01 00:00:00+00:00:01", "2000-02-29T23:59:59.000000Z", scale: 6),
    CodecCase(.zonedTimestamp, "294276-12-31 23:59:59.999999+00", "+294276-12-31T23:59:59.999999Z", scale: 6),
    CodecCase(.zonedTimestamp, "0044-03-15 12:00:00+00 BC", "-0043-03-15T12:00:00.000000Z", scale: 6),
    CodecCase(.zonedTimestamp, "0001-01-01 00:00:00+00 BC", "0000-01-01T00:00:00.000000Z", scale: 6),
    CodecCase(.zonedTimestamp, "infinity", "infinity", scale: 6),
    CodecCase(.zonedTimestamp, "-infinity", "-infinity", scale: 6), CodecCase(.zonedTimestamp, "x", nil, scale: 6),
    CodecCase(.zonedTime, "13:51:30.123789+02", "11:51:30.123789Z"), CodecCase(.zonedTime, "10:11:12+01", "09:11:12Z"),
    CodecCase(.zonedTime, "00:30:00+01", "23:30:00Z"), CodecCase(.zonedTime, "23:30:00.5-01", "00:30:00.5Z"),
    CodecCase(.interval, "1 year 2 mons 3 days 04:05:06.78", 37_091_106_780_000),
    CodecCase(.interval, "00:00:01", 1_000_000),
    CodecCase(.interval, "1 day", 86_400_000_000), CodecCase(.interval, "-1 days +02:03:00", -79_020_000_000),
    CodecCase(.interval, "-04:05:06.5", -14_706_500_000), CodecCase(.interval, "00:00:00", 0),
    CodecCase(.interval, "-2 mons", -5_259_600_000_000),
    CodecCase(
      .interval, "178000000 years", .number("9223372036854775807")
    ),
    CodecCase(.interval, "infinity", nil), CodecCase(.interval, "", nil),
  ]

  static let others: [CodecCase] = [
    CodecCase(.string, "", ""), CodecCase(.string, "naïve 🐦", "naïve 🐦"),
    CodecCase(.bytea, "\\x", ""), CodecCase(.bytea, "\\x0001fF", "AAH/"), CodecCase(.bytea, "\\x0", nil),
    CodecCase(.bytea, "\\x0g", nil), CodecCase(.bytea, "00", nil),
    CodecCase(.hstore, "\"k\"=>\"v\", \"n\"=>NULL", "{\"k\":\"v\",\"n\":null}"), CodecCase(.hstore, "", "{}"),
    CodecCase(
      .hstore, "\"a\\\"b\\\\c\"=>\"\t\u{1}\u{1F}é\"", "{\"a\\\"b\\\\c\":\"\\t\\u0001\\u001Fé\"}"),
    CodecCase(.hstore, "\"k\"=>", nil),
    CodecCase(.point, "(1,2.5)", ["x": 1, "y": .number("2.5"), "wkb": "AQEAAAAAAAAAAADwPwAAAAAAAARA", "srid": nil]),
    CodecCase(.point, "(1)", nil),
    CodecCase(
      .geometry, "0101000020730C0000000000000000F03F0000000000000040",
      ["wkb": "AQEAACBzDAAAAAAAAAAA8D8AAAAAAAAAQA==", "srid": 3187]),
    CodecCase(
      .geometry, "0101000000000000000000F03F0000000000000040",
      ["wkb": "AQEAAAAAAAAAAADwPwAAAAAAAABA", "srid": nil]),
    CodecCase(
      .geometry, "0020000001000010E63FF00000000000004000000000000000",
      ["wkb": "ACAAAAEAABDmP/AAAAAAAABAAAAAAAAAAA==", "srid": 4326]),
    CodecCase(.geometry, "01", nil), CodecCase(.geometry, "010100002073", nil),
    CodecCase(.doubleVector, "[1,2.5,-3]", [1, .number("2.5"), -3]), CodecCase(.doubleVector, "[1,x]", nil),
    CodecCase(.floatVector, "[0.5]", [.number("0.5")]),
    CodecCase(
      .sparseVector, "{1:1.5,3:2}/5",
      ["dimensions": 5, "vector": [["key": 1, "value": .number("1.5")], ["key": 3, "value": 2]]]),
    CodecCase(.sparseVector, "{}/5", ["dimensions": 5, "vector": []]), CodecCase(.sparseVector, "{}/50000", nil),
  ]

  static let arrays: [CodecCase] = [
    CodecCase(list: .integer, "{}", []), CodecCase(list: .integer, "{1,NULL,-3}", [1, nil, -3]),
    CodecCase(list: .integer, "[0:1]={1,2}", [1, 2]), CodecCase(list: .integer, "{{1,2},{3,4}}", nil),
    CodecCase(list: .integer, "{1", nil), CodecCase(list: .integer, "1", nil),
    CodecCase(
      list: .string, "{a,\"b c\",\"NULL\",NULL,\"q\\\"u\\\\o\",\"\",\"x,y\",\"{\"}",
      ["a", "b c", "NULL", nil, "q\"u\\o", "", "x,y", "{"]),
    CodecCase(list: .string, "{sad,ok}", ["sad", "ok"], required: true),
    CodecCase(list: .string, "{sad,NULL}", nil, required: true),
    CodecCase(list: .decimal, "{1.10,2.20}", ["bg==", "ANw="], scale: 2),
    CodecCase(list: .decimal, "{1.10,NaN}", nil, scale: 2),
    CodecCase(list: .bytea, "{\"\\\\x01ff\"}", ["Af8="]),
    CodecCase(list: .zonedTimestamp, "{\"2016-11-04 11:51:30+00\"}", ["2016-11-04T11:51:30.000000Z"], scale: 6),
    CodecCase(list: .hstore, "{\"\\\"a\\\"=>\\\"1\\\"\"}", ["{\"a\":\"1\"}"]),
  ]

  @Test("a text becomes its value", arguments: [numbers, decimals, temporal, others, arrays].flatMap { $0 })
  func value(_ example: CodecCase) throws {
    let bytes = encoded(example.text, example.codec)
    #expect((bytes == nil) == (example.value == nil))
    guard let bytes, let value = example.value else { return }
    #expect(try normalised(decoded(bytes, example.codec)) == normalised(value))
  }

  @Test(
    "an hstore's pairs come in the order of Java's HashMap",
    arguments: [
      (
        ["a", "b", "aa", "ab", "zz", "é", "🐦", "name", "email", "phone", "q"],
        ["aa", "zz", "a", "ab", "q", "b", "🐦", "phone", "name", "é", "email"]
      ),
      (
        ["1", "2", "3", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "100"],
        ["11", "12", "13", "14", "15", "16", "17", "18", "19", "1", "100", "2", "3", "20", "10"]
      ),
    ])
  func hstoreOrder(_ keys: [String], _ order: [String]) throws {
    let text = keys.map { "\"\($0)\"=>\"x\"" }.joined(separator: ", ")
    let bytes = try #require(encoded(text, TextCodec(.hstore)))
    let object = try JSONValue(parsing: decoded(bytes, TextCodec(.hstore)).string ?? "").object
    #expect(object?.names == order)
  }

  @Test("a type's zero is a value of its type", arguments: TextCodec.Form.allCases)
  func zero(_ form: TextCodec.Form) throws {
    for container in [TextCodec.Container.none, .optionalElements] {
      let codec = TextCodec(form, container: container)
      var out = ByteBuffer()
      codec.appendZero(to: &out)
      _ = try decoded(Array(out.bytes), codec)
    }
  }

  @Test("a numeric of 131,072 digits before and 16,383 behind the point is exact")
  func hugeNumeric() throws {
    let whole = String(repeating: "9", count: 131_072)
    let fraction = String(repeating: "0", count: 16_382) + "1"
    for sign in ["", "-"] {
      let bytes = try #require(encoded(sign + whole + "." + fraction, TextCodec(.variableDecimal)))
      let value = try decoded(bytes, TextCodec(.variableDecimal))
      #expect(value["scale"]?.int == 16_383)
      let unscaled = try #require(value["value"]?.string.flatMap(Avro.Base64.decode))
      // 147,455 digits take 489,835 bits, and one more for the sign.
      #expect(unscaled.count == 61_230)
      #expect((unscaled[0] >= 0x80) == (sign == "-"))
      // Equal remainders for several large primes: the same number for all that matters.
      for prime: UInt64 in [4_294_967_291, 4_294_967_279, 2_147_483_647] {
        let digits = (whole + fraction).utf8.reduce(UInt64(0)) { ($0 * 10 + UInt64($1 - 48)) % prime }
        let power = unscaled.reduce(UInt64(1)) { power, _ in (power << 8) % prime }
        var number = unscaled.reduce(UInt64(0)) { ($0 << 8 | UInt64($1)) % prime }
        if sign == "-" { number = (power + prime - number) % prime }
        #expect(number == digits)
      }
    }
  }

  @Test("no text makes a codec crash or overrun", arguments: TextCodec.Form.allCases)
  func garbage(_ form: TextCodec.Form) {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("0123456789-+:. ,{}[]()\"\\xNULLBCinfinityTtf=>/$".utf8)
    for _ in 0..<3000 {
      let count = Int.random(in: 0..<40, using: &generator)
      let bytes = (0..<count).map { _ in
        Int.random(in: 0..<10, using: &generator) == 0
          ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 0
      }
      for container in [TextCodec.Container.none, .optionalElements, .requiredElements] {
        var out = ByteBuffer(capacity: 16)
        // An exact allocation, so that a sanitiser or the allocator's checks see a read behind the end.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        let codec = TextCodec(form, scale: 2, container: container)
        if codec.append(UnsafeRawBufferPointer(copy), to: &out), container == .none, form != .string {
          #expect(throws: Never.self) { try decoded(Array(out.bytes), codec) }
        }
      }
    }
  }

  private func number(_ value: Double) -> String {
    Int64(exactly: value).map { String($0) } ?? String(Float(value))
  }

  private func normalised(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let text):
      if Int64(text) != nil { value } else { .number(number(Double(text) ?? .nan)) }
    case .array(let elements): .array(elements.map(normalised))
    case .object(let object):
      .object(JSONObject(object.members.map { JSONObject.Member($0.name, normalised($0.value)) }))
    default: value
    }
  }
}
