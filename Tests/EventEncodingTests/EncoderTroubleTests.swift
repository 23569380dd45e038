import Avro
import ChangeModel
import EventEncoding
import JSON
import Testing

@Suite("What an encoder refuses or leaves out")
struct EncoderTroubleTests {
  private func error(_ options: (inout EncodingOptions) -> Void = { _ in }, _ fill: (ChangeBatch) -> Void) -> CDCError?
  {
    do {
      _ = try Bench(options).encode(fill)
      return nil
    } catch {
      return error as? CDCError
    }
  }

  @Test("two tables on one topic are an error that names both")
  func topics() {
    let one = Tables.table("tablé", key: [], serial: 0, "id int4")
    let other = Tables.table("tabl_", key: [], serial: 1, "id int4")
    let found = error { batch in
      batch.add(.create, one, after: ["1"])
      batch.add(.create, other, after: ["1"])
    }
    #expect(found?.code == .topicsCollide)
    #expect(found?.message.contains("public.tablé") == true)
    #expect(found?.message.contains("public.tabl_") == true)
  }

  @Test("a changed table keeps its topic")
  func newVersion() throws {
    let bench = Bench()
    let first = Tables.table("t", key: ["id"], serial: 0, "id int4 !")
    let second = Tables.table("t", key: ["id"], serial: 1, "id int4 !\nv text")
    let lines = try bench.lines { batch in
      batch.add(.create, first, after: ["1"])
      batch.add(.create, second, after: ["2", "x"])
    }
    #expect(lines.map { $0["topic"]?.string } == ["crm.public.t", "crm.public.t"])
    #expect(lines[1]["value"]?["after"] == ["id": 2, "v": "x"])
    // The older version comes again, as after a restart from an older position.
    let again = try bench.lines { $0.add(.create, first, after: ["3"]) }
    #expect(again[0]["value"]?["after"] == ["id": 3])
  }

  @Test("a field name that Avro does not allow is an error that names the column")
  func fieldNames() throws {
    let table = Tables.table("t", key: [], "a-b int4")
    let found = error { $0.add(.create, table, after: ["1"]) }
    #expect(found?.code == .fieldNameNotAllowed)
    #expect(found?.message.contains("a-b") == true)
    let adjusted = try Bench { $0.fieldNameAdjustment = .avro }.lines { $0.add(.create, table, after: ["1"]) }
    #expect(adjusted[0]["value"]?["after"] == ["a_b": 1])
    let json = error({
      $0.keyConverter = ConverterConfig(.json); $0.valueConverter = ConverterConfig(.json)
    }) {
      $0.add(.create, table, after: ["1"])
    }
    #expect(json == nil)
  }

  @Test("two columns that get one field name are an error that names both")
  func fieldCollision() {
    let table = Tables.table("t", key: [], "a-b int4\na+b int4")
    let found = error({ $0.fieldNameAdjustment = .avro }) { $0.add(.create, table, after: ["1", "2"]) }
    #expect(found?.code == .fieldNamesCollide)
    #expect(found?.message.contains("a-b") == true)
    #expect(found?.message.contains("a+b") == true)
  }

  @Test(
    "a row that is not one of the table's is an error, and nothing stays in the batch",
    arguments: [["1"], ["1", "2", "3"]] as [[Cell]])
  func malformed(_ cells: [Cell]) throws {
    let table = Tables.table("t", key: [], "a int4\nb int4")
    let bench = Bench()
    let batch = ChangeBatch()
    batch.add(.create, table, after: ["1", "2"])
    batch.add(.create, table, after: cells)
    let records = RecordBatch()
    #expect(throws: CDCError.self) { try bench.encoder.encode(batch, into: records) }
    #expect(records.records.isEmpty)
    #expect(records.bytes.count == 0)
  }

  @Test("a row that points outside of its batch is an error")
  func outside() {
    let table = Tables.table("t", key: [], "a int4")
    let found = error { batch in
      batch.add(.create, table, after: ["1"]) { $0.after = ByteRange(offset: 0, count: 1000) }
    }
    #expect(found?.code == .rowMalformed)
  }

  @Test("types that the format has no form for are left out, each told once")
  func leftOut() throws {
    let table = Tables.table("t", key: ["id"], "id int4 !\nb box\na addr\nm money[]\nq int4multirange\nv text")
    let bench = Bench()
    for _ in 0..<2 {
      let lines = try bench.lines { $0.add(.create, table, after: ["1", "(1,2),(3,4)", "(a,b)", "{$1}", "{}", "x"]) }
      #expect(lines[0]["value"]?["after"] == ["id": 1, "v": "x"])
    }
    #expect(bench.encoder.notices.count == 4)
    #expect(bench.encoder.notices[0].contains("public.t.b"))
    #expect(bench.encoder.failedConversions == 0)
  }

  @Test("a value without a place in its type becomes null or zero, is counted, and its column told once")
  func failedConversions() throws {
    let table = Tables.table("t", key: ["id"], "id int4 !\nn numeric(5,2)\nr numeric(5,2) !\nm mood[]")
    let bench = Bench()
    let lines = try bench.lines { batch in
      batch.add(.create, table, after: ["1", "NaN", "NaN", "{sad,NULL}"])
      batch.add(.create, table, after: ["2", "NaN", "1.00", "{}"])
    }
    #expect(lines[0]["value"]?["after"] == ["id": 1, "n": nil, "r": "AA==", "m": nil])
    #expect(lines[1]["value"]?["after"] == ["id": 2, "n": nil, "r": "ZA==", "m": []])
    #expect(bench.encoder.failedConversions == 4)
    #expect(bench.encoder.notices.count == 3)
    #expect(!bench.encoder.notices.joined().contains("sad"))
  }

  @Test("a registry that can't be reached leaves nothing behind, and the next try works")
  func registryDown() throws {
    final class Flaky: SchemaRegistrar {
      var isDown = true
      func id(subject: String, schema: Schema) throws(CDCError) -> Int32 {
        if isDown { throw CDCError(.unexpected, "down") }
        return 1
      }
    }
    let registrar = Flaky()
    let encoder = EventEncoder(
      EncodingOptions(topicPrefix: "crm", database: "crm", version: "1"), keyRegistrar: registrar,
      valueRegistrar: registrar, clock: { 0 })
    let batch = ChangeBatch()
    batch.add(.create, Tables.table("t", key: ["id"], "id int4 !"), after: ["1"])
    let records = RecordBatch()
    #expect(throws: CDCError.self) { try encoder.encode(batch, into: records) }
    #expect(records.records.isEmpty)
    registrar.isDown = false
    try encoder.encode(batch, into: records)
    #expect(records.records.count == 1)
  }
}
