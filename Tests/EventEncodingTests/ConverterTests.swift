import ChangeModel
import EventEncoding
import JSON
import Testing

@Suite("Records as JSON and text, and headers")
struct ConverterTests {
  let table = Tables.table(
    "t", key: ["id", "amount"],
    "id int4 !\namount numeric(12,2) !\nname text =x\nb bytea\nd float8\nf float4\ntags text[]\nrate numeric\nsv sparsevec"
  )
  let row: [Cell] = [
    "1", "12.50", nil, "\\x00ff", "NaN", "1e+10", "{a,NULL}", "0.10", "{1:1.5}/3",
  ]

  private func records(_ format: RecordFormat, header: HeaderConverter = .simple) throws -> (
    key: String, value: String, header: String
  ) {
    let bench = Bench {
      $0.keyConverter = ConverterConfig(format)
      $0.valueConverter = ConverterConfig(format)
      $0.headerConverter = header
    }
    let batch = try bench.encode { batch in
      batch.add(.create, table, before: row, after: row) { $0.keyChange = .newHalf }
    }
    let record = batch.records[0]
    var header = ""
    HeaderList.forEach(in: batch.bytes[record.headers]) { _, value in
      header = value.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return (
      String(decoding: batch.bytes[record.key], as: UTF8.self),
      String(decoding: batch.bytes[record.value], as: UTF8.self),
      header
    )
  }

  @Test("JSON without schemas")
  func plain() throws {
    let (key, value, header) = try records(.jsonWithoutSchema)
    #expect(key == "{\"id\":1,\"amount\":\"BOI=\"}")
    #expect(header == "{\"id\":1,\"amount\":12.50}")
    let after = try JSONValue(parsing: value)["after"]
    #expect(
      after == [
        "id": 1, "amount": "BOI=", "name": "x", "b": "AP8=", "d": "NaN", "f": .number("1.0E10"), "tags": ["a", nil],
        "rate": ["scale": 1, "value": "AQ=="], "sv": ["dimensions": 3, "vector": [[1, .number("1.5")]]],
      ])
    #expect(value.hasPrefix("{\"before\":null,\"after\":{\"id\":1,"))
  }

  @Test("JSON with schemas")
  func withSchemas() throws {
    let (key, value, _) = try records(.json)
    let document = try JSONValue(parsing: key)
    #expect(
      document == [
        "schema": [
          "type": "struct",
          "fields": [
            ["type": "int32", "optional": false, "field": "id"],
            [
              "type": "bytes", "optional": false, "name": "org.apache.kafka.connect.data.Decimal", "version": 1,
              "parameters": ["scale": "2", "connect.decimal.precision": "12"], "field": "amount",
            ],
          ], "optional": false, "name": "crm.public.t.Key",
        ], "payload": ["id": 1, "amount": "BOI="],
      ])
    let envelope = try JSONValue(parsing: value)
    #expect(envelope["schema"]?["name"] == "crm.public.t.Envelope")
    #expect(envelope["schema"]?["version"] == 2)
    #expect(envelope["payload"]?["op"] == "c")
    let before = try #require(envelope["schema"]?["fields"]?.array?.first)
    let fields = try #require(before["fields"]?.array)
    #expect(fields[2] == ["type": "string", "optional": true, "default": "x", "field": "name"])
    #expect(
      fields[8]["fields"]?.array?[1] == [
        "type": "map", "keys": ["type": "int16", "optional": false], "values": ["type": "double", "optional": false],
        "optional": false, "field": "vector",
      ])
  }

  @Test("the string converter writes what Java's toString gives")
  func string() throws {
    let (key, value, _) = try records(.string)
    #expect(key == "Struct{id=1,amount=12.50}")
    #expect(
      value.hasPrefix(
        "Struct{after=Struct{id=1,amount=12.50,name=x,b=java.nio.HeapByteBuffer[pos=0 lim=2 cap=2],d=NaN,f=1.0E10,"
          + "tags=[a, null],rate=Struct{scale=1,value=java.nio.HeapByteBuffer[pos=0 lim=1 cap=1]},"
          + "sv=Struct{dimensions=3,vector={1=1.5}}},source=Struct{"))
  }

  @Test("headers by the other header converters")
  func headers() throws {
    #expect(try records(.jsonWithoutSchema, header: .string).header == "Struct{id=1,amount=12.50}")
    let document = try JSONValue(parsing: records(.jsonWithoutSchema, header: .json).header)
    #expect(document["payload"] == ["id": 1, "amount": "BOI="])
    #expect(document["schema"]?["type"] == "struct")
  }

  @Test("a tombstone and a missing key are null in JSON too")
  func nulls() throws {
    let nopk = Tables.table("nopk", key: [], beforeImage: .full, "id int4")
    let bench = Bench {
      $0.keyConverter = ConverterConfig(.json)
      $0.valueConverter = ConverterConfig(.json)
    }
    let batch = try bench.encode { $0.add(.delete, nopk, before: ["1"]) }
    #expect(batch.records.map(\.key.isPresent) == [false, false])
    #expect(batch.records.map(\.value.isPresent) == [true, false])
    #expect(bench.registrar.subjects.isEmpty)
  }

  @Test("a column's declared type is told in the value's schema where wanted")
  func sourceType() throws {
    var column = Tables.columns("n numeric(12,2)")[0]
    column.type.declared = DeclaredType(name: "MONEY2", length: 12, scale: 2)
    let table = TableSchema(
      serial: 0, name: TableName(database: "crm", schema: "public", table: "t"), columns: [column], keyColumns: [0],
      beforeImage: .key)
    let bench = Bench { $0.propagatesSourceType = { $0 == "public.t.n" } }
    _ = try bench.encode { $0.add(.create, table, after: ["1.00"]) }
    let value = try #require(bench.registrar.latest("crm.public.t-value"))
    let row = try ConnectSchema(avro: value).field("after")
    let field = try #require(row?.field("n"))
    #expect(field.parameter("__debezium.source.column.type") == "MONEY2")
    #expect(field.parameter("__debezium.source.column.length") == "12")
    #expect(field.parameter("__debezium.source.column.scale") == "2")
    #expect(field.parameter("__debezium.source.column.name") == "n")
    let key = try ConnectSchema(avro: #require(bench.registrar.latest("crm.public.t-key"))).field("n")
    #expect(key?.parameter("__debezium.source.column.type") == nil)
  }
}

@Suite("Names in topics and schemas")
struct NameTests {
  @Test(
    "names of fields",
    arguments: [
      ("a b", "a_b"), ("é", "_"), ("1num", "_1num"), ("$x", "_x"), ("ok_1", "ok_1"), ("🐦", "__"), ("a.b", "a_b"),
    ])
  func fields(_ name: String, _ expected: String) {
    #expect(NameAdjustment.avro.field(name) == expected)
    #expect(NameAdjustment.none.field(name) == name)
  }

  @Test("full names keep their dots")
  func fullNames() {
    #expect(NameAdjustment.avro.fullName("crm.pub-lic.t 1.Value") == "crm.pub_lic.t_1.Value")
  }

  @Test(
    "topics",
    arguments: [
      ("public", "tablé", "crm.public.tabl_"), ("public", "Mixed Case", "crm.public.Mixed_Case"),
      ("s.dot", "t.dot", "crm.s.dot.t.dot"), ("public", "a-b_c", "crm.public.a-b_c"),
    ])
  func topics(_ schema: String, _ table: String, _ topic: String) {
    let name = TableName(database: "crm", schema: schema, table: table)
    #expect(TopicNames(prefix: "crm").topic(of: name) == topic)
  }
}
