import Avro
import ChangeModel
import EventEncoding
import Foundation
import JSON
import TestSupport
import Testing

@testable import ObjectStoreSink

/// What stands in the objects, read by other programs where there are some.
@Suite struct FormatTests {
  private static let format = "io.confluent.connect.s3.format."
  private static let json = ["format.class": format + "json.JsonFormat", "flush.size": "1"]

  private func write(
    _ keys: [String: String], _ json: JSONValue, _ schema: Schema, class name: String = "s3"
  ) throws -> String {
    let bench = try Bench(keys, class: name)
    try bench.write(Batch().add("orders", 0, 0, value: try bench.value(json, schema)))
    let puts = bench.store.puts
    return String(decoding: try #require(puts.first?.bytes), as: UTF8.self)
  }

  /// Reads container files with another implementation.
  private func records(_ bytes: [UInt8]) throws -> JSONValue {
    let script = """
      import base64, fastavro, io, json, sys
      data = base64.b64decode(sys.stdin.read())
      reader = fastavro.reader(io.BytesIO(data))
      print(json.dumps({"codec": reader.codec, "schema": reader.metadata["avro.schema"],
        "records": list(reader)}, default=lambda b: base64.b64encode(b).decode()))
      """
    return try JSONValue(parsing: try Python.run(script, input: Data(bytes).base64EncodedString()))
  }

  @Test("container files are whole, whatever their codec", .needsPython, arguments: ContainerCodec.allCases)
  func containers(codec: ContainerCodec) throws {
    let bench = try Bench(["avro.codec": codec.rawValue, "flush.size": "3000"])
    let batch = Batch()
    for id in 0..<3000 {
      batch.add(
        "orders", 0, Int64(id),
        value: try bench.value(Orders.json(id, "region \(id % 7)" + String(repeating: "x", count: 50)), Orders.schema))
    }
    try bench.write(batch)
    let read = try records(try #require(bench.store.puts.first?.bytes))
    #expect(read.object?["codec"]?.string == codec.rawValue)
    let ids = read.object?["records"]?.array?.compactMap { $0.object?["id"]?.int }
    #expect(ids == Array(0..<3000))
    let schema = try Schema(parsing: try #require(read.object?["schema"]?.string))
    #expect(schema == Orders.schema)
  }

  @Test("spilled files have the same bytes", arguments: ["null", "deflate"])
  func spilling(codec: String) throws {
    let keys = [
      "avro.codec": codec, "flush.size": "4000", "partition.field.name": "region",
      "partitioner.class": "io.confluent.connect.storage.partitioner.FieldPartitioner",
    ]
    let roomy = try Bench(keys)
    let tight = try Bench(keys, memory: 64 << 10)
    for bench in [roomy, tight] {
      for start in stride(from: 0, to: 4000, by: 500) {
        let batch = Batch()
        for id in start..<(start + 500) {
          let value = Orders.json(id, "r\(id * 31 % 13)" + String(repeating: "é", count: id % 90))
          batch.add("orders", 0, Int64(id), value: try bench.value(value, Orders.schema))
        }
        try bench.write(batch)
      }
    }
    #expect(roomy.store.objects.count > 500)
    #expect(roomy.store.objects == tight.store.objects)
  }

  @Test func oneLargeObjectSpills() throws {
    let keys = Self.json.merging(["flush.size": "300"]) { $1 }
    let bench = try Bench(keys)
    let batch = Batch()
    for id in 0..<300 {
      batch.add(
        "orders", 0, Int64(id),
        value: try bench.value(Orders.json(id, String(repeating: "y", count: 100_000)), Orders.schema))
    }
    try bench.write(batch)
    let lines = try #require(bench.store.puts.first?.bytes).split(separator: 10)
    #expect(lines.count == 300)
    #expect(lines.allSatisfy { (try? JSONValue(parsing: Array($0))) != nil })
  }

  @Test func jsonIsAsTheJsonConverterPrintsIt() throws {
    let schema = try Schema(
      parsing: #"""
        {"type":"record","name":"a.R","fields":[{"name":"i","type":"int"},{"name":"l","type":"long"},
        {"name":"f","type":"float"},{"name":"d","type":"double"},{"name":"b","type":"boolean"},{"name":"s","type":"string"},
        {"name":"y","type":"bytes"},{"name":"dec","type":{"type":"bytes","logicalType":"decimal","scale":2,"precision":9}},
        {"name":"o","type":["null","string"],"default":null},
        {"name":"w","type":[{"type":"string","connect.default":"def"},"null"],"default":"def"},
        {"name":"a","type":{"type":"array","items":"int"}},{"name":"m","type":{"type":"map","values":"int"}},
        {"name":"e","type":{"type":"enum","name":"a.E","symbols":["X","Y"]}},{"name":"u","type":["null","int","string"]},
        {"name":"n","type":{"type":"record","name":"a.N","fields":[]}}]}
        """#)
    let value: JSONValue = [
      "i": .integer(-7), "l": .integer(Int64.min), "f": .number("1.5"), "d": .number("1e10"), "b": true,
      "s": "q\"\\\n\u{1}é", "y": "AQI=", "dec": "AQI=", "o": .null, "w": .null,
      "a": [.integer(1), .integer(2)], "m": ["k": .integer(1)], "e": "Y", "u": "t", "n": .object([:]),
    ]
    let line =
      #"{"i":-7,"l":-9223372036854775808,"f":1.5,"d":1.0E10,"b":true,"s":"q\"\\\n\u0001é","y":"AQI=","dec":"AQI=","o":null,"#
    let rest = #""a":[1,2],"m":{"k":1},"e":"Y","u":{"int":null,"string":"t"},"n":{}}"# + "\n"
    #expect(try write(Self.json, value, schema) == line + #""w":null,"# + rest)
    #expect(
      try write(Self.json, value, schema, class: "io.confluent.connect.s3.S3SinkConnector") == line + #""w":"def","#
        + rest)
    let numeric = Self.json.merging(["json.decimal.format": "NUMERIC"]) { $1 }
    #expect(try write(numeric, value, schema).contains(#""dec":2.58,"#))
  }

  @Test func numbersHaveJavasForm() {
    func text(_ value: Double) -> String {
      var out = ByteBuffer()
      JSONNumbers.append(value, to: &out)
      return String(decoding: out.bytes, as: UTF8.self)
    }
    func text(_ value: Float) -> String {
      var out = ByteBuffer()
      JSONNumbers.append(value, to: &out)
      return String(decoding: out.bytes, as: UTF8.self)
    }
    let known: [(Double, String)] = [
      (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-1.5, "-1.5"), (0.001, "0.001"), (0.00099, "9.9E-4"),
      (9_999_999, "9999999.0"),
      (10_000_000, "1.0E7"), (12_345_678.9, "1.23456789E7"), (1e21, "1.0E21"), (0.1, "0.1"),
      (1.7976931348623157e308, "1.7976931348623157E308"), (.nan, "\"NaN\""), (-.infinity, "\"-Infinity\""),
      (100, "100.0"), (0.012, "0.012"), (1e-3, "0.001"), (123456.5, "123456.5"),
    ]
    for (value, expected) in known { #expect(text(value) == expected) }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let value = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
      if value.isFinite { #expect(text(value) == JavaNumber.text(value)) }
      let amount = (Double.random(in: -1e9...1e9, using: &generator) * 100).rounded() / 100
      #expect(text(amount) == JavaNumber.text(amount))
      let small = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
      if small.isFinite { #expect(text(small) == JavaNumber.text(small)) }
    }
  }

  @Test func jsonOfOtherConverters() throws {
    let converters = "org.apache.kafka.connect."
    func line(_ converter: String, _ bytes: [UInt8], _ more: [String: String] = [:]) throws -> String {
      let keys = Self.json.merging(["value.converter": converters + converter]) { $1 }.merging(more) { $1 }
      let bench = try Bench(keys, class: "s3")
      try bench.write(Batch().add("orders", 0, 0, value: bytes))
      return String(decoding: try #require(bench.store.puts.first?.bytes), as: UTF8.self)
    }
    #expect(try line("storage.StringConverter", Array("a\"b".utf8)) == "\"a\\\"b\"\n")
    #expect(try line("converters.ByteArrayConverter", [0, 1, 2, 255]) == "\"AAEC/w==\"\n")
    let plain = ["value.converter.schemas.enable": "false"]
    #expect(
      try line("json.JsonConverter", Array(#"{ "b": 1.10, "a": [null] }"#.utf8), plain) == "{\"b\":1.10,\"a\":[null]}\n"
    )
    let wrapped = #"{"schema":{"type":"struct","fields":[{"type":"int64","field":"id"}]},"payload":{"id":5}}"#
    #expect(try line("json.JsonConverter", Array(wrapped.utf8)) == "{\"id\":5}\n")
  }

  @Test func gzipIsReadByOthers() throws {
    let keys = Self.json.merging(["s3.compression.type": "gzip", "s3.compression.level": "9"]) { $1 }
    let bench = try Bench(keys)
    try bench.write(Batch().add("orders", 0, 0, value: try bench.value(Orders.json(1), Orders.schema)))
    let put = try #require(bench.store.puts.first)
    #expect(put.name.hasSuffix(".json.gz"))
    let text = try Command.check(
      ["sh", "-c", "base64 -d | gzip -dc"], input: Data(put.bytes).base64EncodedString())
    #expect(text == "{\"id\":1,\"region\":null,\"at\":null}")
  }

  @Test func byteArrays() throws {
    let keys = [
      "format.class": Self.format + "bytearray.ByteArrayFormat", "flush.size": "2",
      "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
      "format.bytearray.extension": ".raw", "format.bytearray.separator": "\t",
    ]
    let bench = try Bench(keys)
    try bench.write(
      Batch().add("orders", 0, 0, value: [1, 2]).add("orders", 0, 1, value: []))
    #expect(bench.store.objects == ["topics/orders/partition=0/orders+0+0000000000.raw": [1, 2, 9, 9]])
  }

  @Test(.needsPython) func textsAndBytesAsAvro() throws {
    for (converter, expected) in [
      ("storage.StringConverter", JSONValue.string("hi")), ("converters.ByteArrayConverter", .string("aGk=")),
    ] {
      let bench = try Bench(["value.converter": "org.apache.kafka.connect." + converter, "flush.size": "1"])
      try bench.write(Batch().add("orders", 0, 0, value: Array("hi".utf8)))
      let read = try records(try #require(bench.store.puts.first?.bytes))
      #expect(read.object?["records"]?.array == [expected])
    }
  }

  @Test(.needsPython) func keysAndHeadersStandBeside() throws {
    let bench = try Bench([
      "flush.size": "2", "store.kafka.keys": "true", "keys.format.class": Self.format + "json.JsonFormat",
      "store.kafka.headers": "true", "behavior.on.null.values": "write",
    ])
    let key = try Schema(parsing: #"{"type":"record","name":"shop.Key","fields":[{"name":"id","type":"long"}]}"#)
    let batch = Batch()
    batch.add(
      "orders", 0, 0, value: try bench.value(Orders.json(1), Orders.schema),
      key: try bench.value(["id": .integer(1)], key),
      headers: [("a", "x"), ("b", "y")])
    batch.add("orders", 0, 1, value: nil, key: try bench.value(["id": .integer(2)], key), headers: [("a", "z")])
    try bench.write(batch)
    #expect(
      bench.names == [
        "topics/orders/partition=0/orders+0+0000000000.avro", "topics/orders/partition=0/orders+0+0000000000.keys.json",
        "topics/orders/partition=0/orders+0+0000000000.headers.avro",
        "topics/orders/tombstone/orders+0+0000000001.keys.json",
        "topics/orders/tombstone/orders+0+0000000001.headers.avro",
      ])
    #expect(try bench.text("topics/orders/tombstone/orders+0+0000000001.keys.json") == "{\"id\":2}\n")
    let headers = try records(
      try #require(bench.store.objects["topics/orders/partition=0/orders+0+0000000000.headers.avro"]))
    #expect(headers.object?["records"]?.text == #"[[{"key":"a","value":"x"},{"key":"b","value":"y"}]]"#)
  }

  // MARK: - Aiven

  private static let aiven = "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector"

  private func aiven(_ keys: [String: String], _ make: (Bench, Batch) throws -> Void) throws -> [UInt8] {
    let bench = try Bench(["file.compression.type": "none"].merging(keys) { $1 }, class: Self.aiven)
    let batch = Batch()
    try make(bench, batch)
    try bench.write(batch)
    bench.now += 60_000
    _ = try bench.sink.tick()
    return try #require(bench.store.puts.first?.bytes)
  }

  @Test func csv() throws {
    let keys = [
      "key.converter": "org.apache.kafka.connect.storage.StringConverter",
      "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
      "format.output.fields": "key,value,offset,timestamp,headers",
    ]
    let bytes = try aiven(keys) { _, batch in
      batch.add("orders", 0, 7, value: Array("v,1".utf8), key: Array("k".utf8), time: 5, headers: [("h", "x")])
      batch.add("orders", 0, 8, value: nil)
    }
    #expect(String(decoding: bytes, as: UTF8.self) == "aw==,diwx,7,5,aA==:eA==;\n,,8,,")
    let plain = try aiven(
      keys.merging(["format.output.fields.value.encoding": "none", "format.output.fields": "value"]) { $1 }
    ) { _, batch in batch.add("orders", 0, 7, value: Array("v1".utf8)).add("orders", 0, 8, value: Array("v2".utf8)) }
    #expect(String(decoding: plain, as: UTF8.self) == "v1\nv2")
  }

  @Test func jsonLists() throws {
    func text(_ keys: [String: String]) throws -> String {
      let bytes = try aiven(keys) { bench, batch in
        batch.add(
          "orders", 0, 7, value: try bench.value(Orders.json(1), Orders.schema), time: 1_767_225_600_120,
          headers: [("h", "x")])
        batch.add("orders", 0, 8, value: try bench.value(Orders.json(2), Orders.schema))
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    let one = #"{"id":1,"region":null,"at":null}"#
    let two = #"{"id":2,"region":null,"at":null}"#
    #expect(
      try text(["format.output.type": "json"]) == "[\n{\"value\":\(one)},\n{\"value\":\(two)}\n]")
    #expect(
      try text(["format.output.type": "jsonl", "format.output.envelope": "false", "format.output.fields": "value"])
        == "\(one)\n\(two)")
    let all = try text([
      "format.output.type": "jsonl", "format.output.fields": "key,value,offset,timestamp,headers",
      "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    ])
    #expect(
      all.split(separator: "\n").first.map(String.init)
        == #"{"headers":[{"key":"h","value":"x"}],"offset":7,"value":\#(one),"key":null,"timestamp":"2026-01-01T00:00:00.120Z"}"#
    )
  }

  @Test(.needsPython) func avroOfFields() throws {
    let bytes = try aiven([
      "format.output.type": "avro", "format.output.fields": "key,value,offset,timestamp",
      "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    ]) { bench, batch in
      batch.add(
        "orders", 0, 7, value: try bench.value(Orders.json(1), Orders.schema), key: Array("k".utf8), time: 9)
    }
    let read = try records(bytes)
    #expect(
      read.object?["records"]?.text
        == #"[{"key":"k","value":{"id":1,"region":null,"at":null},"offset":7,"timestamp":9}]"#)
  }

  @Test("whole objects are compressed", .needsPython, arguments: ["snappy", "zstd", "gzip"])
  func compressed(name: String) throws {
    let keys = [
      "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter", "file.compression.type": name,
      "format.output.fields.value.encoding": "none",
    ]
    let text = (0..<5000).map { "line \($0 * 7919)" }
    let bytes = try aiven(keys) { _, batch in
      for (offset, line) in text.enumerated() { batch.add("orders", 0, Int64(offset), value: Array(line.utf8)) }
    }
    let script = """
      import base64, ctypes, ctypes.util, gzip, struct, sys
      data = base64.b64decode(sys.stdin.read())
      kind = sys.argv[1]
      if kind == "gzip":
          out = gzip.decompress(data)
      elif kind == "zstd":
          from backports import zstd
          out = zstd.decompress(data)
      else:
          assert data[:16] == b"\\x82SNAPPY\\0" + struct.pack(">ii", 1, 1), data[:16]
          lib, at, out = ctypes.CDLL("libsnappy.so.1"), 16, b""
          while at < len(data):
              (count,) = struct.unpack(">i", data[at:at + 4])
              room, size = ctypes.create_string_buffer(1 << 16), ctypes.c_size_t(1 << 16)
              assert lib.snappy_uncompress(data[at + 4:at + 4 + count], ctypes.c_size_t(count), room, ctypes.byref(size)) == 0
              out, at = out + room.raw[:size.value], at + 4 + count
      sys.stdout.buffer.write(out)
      """
    let read = try Python.run(script, [name], input: Data(bytes).base64EncodedString())
    #expect(read == text.joined(separator: "\n"))
  }
}
