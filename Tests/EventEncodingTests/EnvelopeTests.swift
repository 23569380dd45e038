import ChangeModel
import EventEncoding
import JSON
import TestSupport
import Testing

@Suite("Events of every kind of change")
struct EnvelopeTests {
  let customers = Tables.table(
    "customers", key: ["id"], "id int4 ! =f\nname text !\nphone text\ncnt int4 =5\nat timestamptz ! =f\nmood mood !")

  private func transaction(_ batch: ChangeBatch) {
    var transaction = TransactionContext(id: "829")
    transaction.xid = 829
    transaction.commitMicroseconds = 1_795_386_971_050_838
    transaction.previousCommit = 40_315_952
    batch.transactions.append(transaction)
  }

  private func place(_ change: inout Change) {
    change.position = 40_315_952
    change.totalOrder = 1
    change.collectionOrder = 1
  }

  private let row: [Cell] = ["1", "Anne", nil, "7", "2026-11-22 22:33:27.872795+00", "ok"]

  @Test("an insert has the full envelope, source block and context headers")
  func insert() throws {
    let lines = try Bench { $0.providesTransactionMetadata = true }.lines { batch in
      transaction(batch)
      batch.add(.create, customers, after: row, place)
    }
    let expected: JSONValue = [
      "topic": "crm.public.customers", "partition": nil,
      "headers": [
        "__debezium.context.connectorLogicalName": "crm", "__debezium.context.taskId": "0",
        "__debezium.context.connectorName": "postgresql", "__debezium.context.runId": "run",
      ],
      "key": ["id": 1],
      "value": [
        "before": nil,
        "after": [
          "id": 1, "name": "Anne", "phone": nil, "cnt": 7, "at": "2026-11-22T22:33:27.872795Z", "mood": "ok",
        ],
        "source": [
          "version": "1.0", "connector": "postgresql", "name": "crm", "ts_ms": 1_795_386_971_050, "snapshot": "false",
          "db": "crm", "sequence": "[\"40315952\",\"40315952\"]", "ts_us": 1_795_386_971_050_838,
          "ts_ns": 1_795_386_971_050_838_000, "schema": "public", "table": "customers", "txId": 829, "lsn": 40_315_952,
          "xmin": nil, "origin": nil, "origin_lsn": nil,
        ],
        "transaction": ["id": "829:40315952", "total_order": 1, "data_collection_order": 1], "op": "c",
        "ts_ms": 1_700_000_000_123, "ts_us": 1_700_000_000_123_456, "ts_ns": 1_700_000_000_123_456_789,
      ],
    ]
    #expect(lines == [expected])
  }

  @Test("without transaction metadata there is no transaction block")
  func noTransaction() throws {
    let lines = try Bench().lines { batch in
      transaction(batch)
      batch.add(.create, customers, after: row, place)
    }
    #expect(lines[0]["value"]?["transaction"] == .null)
  }

  @Test("a snapshot row has its marker and no transaction block")
  func snapshot() throws {
    let markers: [(SnapshotMarker, String)] = [
      (.first, "first"), (.firstInDataCollection, "first_in_data_collection"), (.some, "true"),
      (.lastInDataCollection, "last_in_data_collection"), (.last, "last"),
    ]
    let lines = try Bench { $0.providesTransactionMetadata = true }.lines { batch in
      var snapshot = TransactionContext(id: "827")
      snapshot.xid = 827
      batch.transactions.append(snapshot)
      for (marker, _) in markers { batch.add(.read, customers, after: row) { $0.snapshot = marker } }
    }
    for (line, (_, text)) in zip(lines, markers) {
      #expect(line["value"]?["source"]?["snapshot"]?.string == text)
      #expect(line["value"]?["source"]?["sequence"]?.string == "[null,\"0\"]")
      #expect(line["value"]?["transaction"] == .null)
      #expect(line["value"]?["op"]?.string == "r")
    }
  }

  @Test("a delete fills what the key does not tell, and a tombstone follows")
  func delete() throws {
    let lines = try Bench().lines { batch in
      transaction(batch)
      batch.add(.delete, customers, before: ["1", nil, nil, nil, nil, nil], place)
    }
    #expect(lines.count == 2)
    #expect(
      lines[0]["value"]?["before"] == [
        "id": 1, "name": "", "phone": nil, "cnt": 5, "at": "1970-01-01T00:00:00.000000Z", "mood": "",
      ])
    #expect(lines[0]["value"]?["after"] == .null)
    #expect(lines[1]["key"] == ["id": 1])
    #expect(lines[1]["value"] == .null)
    #expect(lines[1]["headers"] == lines[0]["headers"])
    let quiet = try Bench { $0.writesTombstones = false }.lines { batch in
      batch.add(.delete, customers, before: ["1", nil, nil, nil, nil, nil])
    }
    #expect(quiet.count == 1)
  }

  @Test("a null in a nullable column with a default stays null where so configured")
  func nullsStay() throws {
    var converter = ConverterConfig(.avro)
    converter.nullsBecomeDefaults = false
    let lines = try Bench { $0.valueConverter = converter }.lines { batch in
      batch.add(.create, customers, after: ["1", "Anne", nil, nil, "2026-11-22 22:33:27+00", "ok"])
    }
    #expect(lines[0]["value"]?["after"]?["cnt"] == .null)
    let others = try Bench().lines { batch in
      batch.add(.create, customers, after: ["1", "Anne", nil, nil, "2026-11-22 22:33:27+00", "ok"])
    }
    #expect(others[0]["value"]?["after"]?["cnt"] == 5)
  }

  @Test("a changed key is a delete, its tombstone and a create, each with the other key")
  func keyChange() throws {
    let orders = Tables.table("orders", key: ["id", "line"], "id int8 !\nline text !\nqty int4")
    let old: [Cell] = ["2", "a\"b", nil]
    let new: [Cell] = ["2", "z", "7"]
    let lines = try Bench().lines { batch in
      transaction(batch)
      batch.add(.delete, orders, before: old, after: new) { $0.keyChange = .oldHalf }
      batch.add(.create, orders, before: old, after: new) { $0.keyChange = .newHalf }
    }
    #expect(lines.count == 3)
    #expect(lines[0]["headers"]?["__debezium.newkey"] == ["id": 2, "line": "z"])
    #expect(lines[1]["headers"]?["__debezium.newkey"] == ["id": 2, "line": "z"])
    #expect(lines[2]["headers"]?["__debezium.oldkey"] == ["id": 2, "line": "a\"b"])
    #expect(lines.map { $0["key"]?["line"]?.string } == ["a\"b", "a\"b", "z"])
    #expect(lines[0]["value"]?["before"] == ["id": 2, "line": "a\"b", "qty": nil])
    #expect(lines[0]["value"]?["after"] == .null)
    #expect(lines[2]["value"]?["before"] == .null)
    #expect(lines[2]["value"]?["after"] == ["id": 2, "line": "z", "qty": 7])
  }

  @Test("an update has a row before only if the server sent one")
  func update() throws {
    let full = Tables.table("full_ri", key: ["id"], beforeImage: .full, "id int4 !\nv text\nbig numeric")
    let lines = try Bench().lines { batch in
      batch.add(.update, full, before: ["1", "a", "12.5"], after: ["1", "b", .unchanged])
      batch.add(.update, customers, after: row)
    }
    #expect(lines[0]["value"]?["before"]?["v"] == "a")
    // The value that was not sent is the one of the row before.
    #expect(lines[0]["value"]?["after"]?["big"] == lines[0]["value"]?["before"]?["big"])
    #expect(lines[0]["headers"]?["cdc.absent.after"] == nil)
    #expect(lines[1]["value"]?["before"] == .null)
  }

  @Test("unchanged values are placeholders, or are named in a header where there is none")
  func placeholders() throws {
    let toast = Tables.table(
      "toast", key: ["id"],
      """
      id int4 !
      t text
      x xml !
      b bytea
      ta text[]
      ba bytea[]
      ia int4[]
      la int8[]
      ua uuid[]
      hs hstore
      n numeric
      g geometry !
      """)
    let lines = try Bench().lines { batch in
      batch.add(.update, toast, after: ["1"] + Array(repeating: Cell.unchanged, count: 11))
    }
    let word = "__debezium_unavailable_value"
    let numbers = JSONValue.array(word.utf8.map { .integer($0) })
    #expect(
      lines[0]["value"]?["after"] == [
        "id": 1, "t": .string(word), "x": .string(word), "b": "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==",
        "ta": [.string(word)], "ba": ["X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="], "ia": numbers, "la": numbers,
        "ua": ["b68a35a7-17ad-35b3-af2a-ae46edb4545a"], "hs": .string("{\"\(word)\":\"\(word)\"}"), "n": nil,
        "g": ["wkb": "AQcAAAAAAAAA", "srid": nil],
      ])
    #expect(lines[0]["headers"]?["cdc.absent.after"]?.string == "[\"n\",\"g\"]")
  }

  @Test("a table without a key has null keys")
  func keyless() throws {
    let nopk = Tables.table("nopk", key: [], beforeImage: .full, "id int4\nv text")
    let bench = Bench()
    let lines = try bench.lines { batch in
      batch.add(.create, nopk, after: ["1", "a"])
      batch.add(.delete, nopk, before: ["1", "a"])
    }
    #expect(lines.map { $0["key"] } == [.null, .null, .null])
    #expect(lines[2]["value"] == .null)
    #expect(bench.registrar.subjects == ["crm.public.nopk-value"])
  }

  @Test("a truncate has neither key nor rows")
  func truncate() throws {
    let lines = try Bench().lines { $0.add(.truncate, customers) }
    #expect(lines.count == 1)
    #expect(lines[0]["key"] == .null)
    #expect(lines[0]["value"]?["op"] == "t")
    #expect(lines[0]["value"]?["before"] == .null)
    #expect(lines[0]["value"]?["after"] == .null)
  }

  @Test("a logical message and a transaction's borders")
  func metadata() throws {
    let lines = try Bench { $0.providesTransactionMetadata = true }.lines { batch in
      transaction(batch)
      batch.transactions[0].collections = [("public.a", 2), ("public.b", 1)]
      var begin = Change(.begin)
      begin.transaction = 0
      begin.position = 7
      batch.append(begin)
      var message = Change(.message)
      message.before = batch.text("kyc")
      message.after = batch.text("hello")
      message.transaction = 0
      place(&message)
      batch.append(message)
      var end = Change(.end)
      end.transaction = 0
      end.position = 9
      batch.append(end)
    }
    #expect(lines.map { $0["topic"]?.string } == ["crm.transaction", "crm.message", "crm.transaction"])
    #expect(lines.map { $0["headers"] } == [[:], [:], [:]])
    #expect(lines[0]["key"] == ["id": "829:7"])
    #expect(
      lines[0]["value"] == [
        "status": "BEGIN", "id": "829:7", "event_count": nil, "data_collections": nil, "ts_ms": 1_795_386_971_050,
      ])
    #expect(lines[1]["key"] == ["prefix": "kyc"])
    #expect(lines[1]["value"]?["message"] == ["prefix": "kyc", "content": "aGVsbG8="])
    #expect(lines[1]["value"]?["op"] == "m")
    #expect(lines[1]["value"]?["ts_ms"] == 1_700_000_000_123)
    #expect(lines[1]["value"]?["source"]?["schema"] == "")
    #expect(lines[1]["value"]?["source"]?["txId"] == 829)
    #expect(lines[1]["value"]?["transaction"]?["id"] == "829:40315952")
    #expect(
      lines[2]["value"] == [
        "status": "END", "id": "829:9", "event_count": 3,
        "data_collections": [
          ["data_collection": "public.a", "event_count": 2], ["data_collection": "public.b", "event_count": 1],
        ], "ts_ms": 1_795_386_971_050,
      ])
  }

  @Test("a message outside of transactions has neither transaction id nor block")
  func looseMessage() throws {
    let lines = try Bench { $0.providesTransactionMetadata = true }.lines { batch in
      batch.transactions.append(TransactionContext(id: ""))
      var message = Change(.message)
      message.before = batch.text("kyc")
      message.after = batch.text("")
      message.transaction = 0
      batch.append(message)
    }
    #expect(lines[0]["value"]?["transaction"] == .null)
    #expect(lines[0]["value"]?["source"]?["txId"] == .null)
    #expect(lines[0]["value"]?["message"]?["content"] == "")
  }

  @Test("a heartbeat goes to partition 0")
  func heartbeat() throws {
    let bench = Bench()
    let batch = RecordBatch()
    try bench.encoder.heartbeat(into: batch)
    let lines = try GoldenLines.lines(of: batch) { bench.registrar.schema($0) }
    #expect(
      lines == [
        [
          "topic": "__debezium-heartbeat.crm", "partition": 0, "headers": [:], "key": ["serverName": "crm"],
          "value": ["ts_ms": 1_700_000_000_123],
        ]
      ])
  }

  @Test("counts, oldest commit and end offset are handed on")
  func counts() throws {
    let offset = SourceOffset(partition: "{}", value: "{\"lsn\":1}", position: 1)
    let batch = try Bench().encode { batch in
      transaction(batch)
      batch.add(.create, customers, after: row)
      batch.add(.create, customers, after: row)
      batch.add(.delete, customers, before: row)
      batch.endOffset = offset
    }
    #expect(batch.counts[Int(ChangeModel.Operation.create.rawValue)] == 2)
    #expect(batch.counts[Int(ChangeModel.Operation.delete.rawValue)] == 1)
    #expect(batch.oldestCommitMicroseconds == 1_795_386_971_050_838)
    #expect(batch.endOffset == offset)
    #expect(batch.records.count == 4)
  }
}
