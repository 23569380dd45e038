import Avro
import JSON
import Testing

@Suite struct PlanTests {
  static let everything = #"""
    {"type":"record","name":"R","fields":[
      {"name":"b","type":"boolean"},{"name":"i","type":"int"},{"name":"l","type":"long"},{"name":"f","type":"float"},
      {"name":"d","type":"double"},{"name":"y","type":"bytes"},{"name":"s","type":"string"},
      {"name":"x","type":{"type":"fixed","name":"F","size":3}},
      {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},
      {"name":"a","type":{"type":"array","items":["null","string"]}},
      {"name":"m","type":{"type":"map","values":"long"}},
      {"name":"u","type":["null",{"type":"record","name":"In","fields":[{"name":"q","type":"string"}]}]},
      {"name":"again","type":["In","null"]},{"name":"n","type":"null"},
      {"name":"tree","type":{"type":"record","name":"Tree","fields":[{"name":"kids","type":{"type":"array","items":"Tree"}}]}}]}
    """#
  static let value: JSONValue = [
    "b": true, "i": -5, "l": 9_007_199_254_740_993, "f": .number("1.5"), "d": "NaN", "y": "AAEC", "s": "héllo 🐦",
    "x": "AQID", "e": "B", "a": ["x", nil, "y"], "m": ["one": 1, "two": -2], "u": ["q": "deep"], "again": nil, "n": nil,
    "tree": ["kids": [["kids": []], ["kids": [["kids": []]]]]],
  ]

  @Test func encodesAndDecodesEveryKind() throws {
    let codec = try ValueCodec(Schema(parsing: Self.everything))
    let bytes = try codec.encode(Self.value)
    #expect(try codec.decode(bytes) == Self.value)
  }

  @Test func skipsEveryKind() throws {
    let schema = try Schema(parsing: Self.everything)
    let bytes = try ValueCodec(schema).encode(Self.value) + [42]
    let plan = try SkipPlan(schema)
    try read(bytes) { reader throws(AvroError) in
      try plan.skip(&reader)
      #expect(reader.remaining == 1)
    }
    // Cut off anywhere it is an error, never a crash or a wrong end.
    for count in 0..<(bytes.count - 1) {
      #expect(throws: AvroError.self) {
        try read(Array(bytes[..<count])) { reader throws(AvroError) in try plan.skip(&reader) }
      }
      #expect(throws: AvroError.self) { try ValueCodec(schema).decode(Array(bytes[..<count])) }
    }
  }

  @Test func locatesFields() throws {
    let schema = try Schema(parsing: Self.everything)
    let bytes = try ValueCodec(schema).encode(Self.value)
    let locator = try FieldLocator(schema)
    var found = Array(repeating: FieldLocator.Location(), count: locator.count)
    try bytes.withUnsafeBufferPointer { bytes throws(AvroError) in
      var reader = AvroReader(UnsafeRawBufferPointer(bytes))
      try found.withUnsafeMutableBufferPointer { found throws(AvroError) in
        if let start = found.baseAddress { try locator.locate(&reader, into: start) }
      }
      #expect(reader.isAtEnd)
    }
    let fields = try #require(schema.record).fields
    for (field, place) in zip(fields, found) {
      let part = Array(bytes[Int(place.start)..<Int(place.start + place.length)])
      let inner = field.schema.branches.map { $0[Int(place.branch)] } ?? field.schema
      let value = try ValueCodec(inner.standalone(in: schema)).decode(part)
      #expect(value == Self.value[field.name], "\(field.name)")
    }
    #expect(found[11].branch == 1)
    #expect(found[12].branch == 1)
    #expect(found[12].length == 0)
    #expect(found[0].branch == -1)
  }

  @Test func blocksWithSizesAreSkippedWhole() throws {
    let schema = try Schema(parsing: #"{"type":"array","items":"string"}"#)
    // Two blocks: -2 items in 4 bytes, 1 item.
    let bytes: [UInt8] = [3, 8, 2, 0x61, 2, 0x62, 2, 2, 0x63, 0]
    #expect(try ValueCodec(schema).decode(bytes) == ["a", "b", "c"])
    let plan = try SkipPlan(schema)
    try read(bytes) { reader throws(AvroError) in
      try plan.skip(&reader)
      #expect(reader.isAtEnd)
    }
  }

  @Test func hostileCountsAreErrors() throws {
    let most: [UInt8] = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    let least: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    for items in ["\"int\"", "\"null\"", #"{"type":"record","name":"E","fields":[]}"#] {
      let schema = try Schema(parsing: #"{"type":"array","items":\#(items)}"#)
      let codec = try ValueCodec(schema)
      #expect(throws: AvroError.self) { try codec.decode(most + [0]) }
      #expect(throws: AvroError.self) { try codec.decode(least + [0]) }
      #expect(throws: AvroError.self) { try codec.decode([1, 0x7E]) }
      // -1 items of a size that is beyond the end, and of a negative one.
      let plan = try SkipPlan(schema)
      for bytes in [[1, 0x7E], [1, 1], least + [0]] as [[UInt8]] {
        #expect(throws: AvroError.self) { try read(bytes) { reader throws(AvroError) in try plan.skip(&reader) } }
      }
    }
    // Items without bytes take no time to skip, however many there are said to be.
    let nulls = try SkipPlan(Schema(parsing: #"{"type":"array","items":"null"}"#))
    try read(most + [0]) { reader throws(AvroError) in
      try nulls.skip(&reader)
      #expect(reader.isAtEnd)
    }
  }

  @Test func deepValuesAreErrors() throws {
    let schema = try Schema(
      parsing: #"{"type":"record","name":"T","fields":[{"name":"t","type":["null","T"]}]}"#)
    let deep = Array(repeating: UInt8(2), count: 100_000) + [0]
    #expect(throws: AvroError.self) { try ValueCodec(schema).decode(deep) }
    let plan = try SkipPlan(schema)
    #expect(throws: AvroError.self) { try read(deep) { reader throws(AvroError) in try plan.skip(&reader) } }
    let endless = try Schema(parsing: #"{"type":"record","name":"T","fields":[{"name":"t","type":"T"}]}"#)
    #expect(throws: AvroError.self) { try ValueCodec(endless).decode([1, 2, 3]) }
    let endlessPlan = try SkipPlan(endless)
    #expect(throws: AvroError.self) { try read([1]) { reader throws(AvroError) in try endlessPlan.skip(&reader) } }
  }

  @Test func randomBytesNeverCrash() throws {
    let schema = try Schema(parsing: Self.everything)
    let codec = try ValueCodec(schema)
    let plan = try SkipPlan(schema)
    var generator = SystemRandomNumberGenerator()
    let good = try codec.encode(Self.value)
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4) {
        bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? codec.decode(bytes)
      _ = try? read(bytes) { reader throws(AvroError) in try plan.skip(&reader) }
    }
  }
}
