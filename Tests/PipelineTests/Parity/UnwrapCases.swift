import JSON

extension TransformCase {
  /// The cases that are compared with what Debezium 3.6.3's `ExtractNewRecordState` made of them (`unwrap.jsonl`).
  static let unwrap: [TransformCase] =
    ["drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone"].flatMap { mode in
      every("\(mode)", ["delete.tombstone.handling.mode": .string(mode)])
        + every(
          "\(mode) with fields",
          [
            "delete.tombstone.handling.mode": .string(mode), "add.fields": "op,table,lsn,source.ts_ms,ts_ms,id,nothing",
            "add.headers": "op,db,transaction.id,source.version:v",
          ])
    }
    + every(
      "prefixes",
      [
        "add.fields": "op:kind,source.lsn", "add.fields.prefix": "", "add.headers": "op",
        "add.headers.prefix": "h.",
      ])
    + every("route", ["route.by.field": "name"])
    + every("route deletes", ["route.by.field": "name", "delete.tombstone.handling.mode": "rewrite"])
    + every("nulls stay", ["add.fields": "op", "replace.null.with.default": "false"])
    + every("drop fields", ["drop.fields.header.name": "drop"], headers: [("drop", "[\"id\",\"name\"]")])
    + every(
      "drop fields, also required ones",
      ["drop.fields.header.name": "drop", "drop.fields.keep.schema.compatible": "false"],
      headers: [("drop", "[\"id\",\"name\"]")])
    + every(
      "drop fields, also of the key",
      [
        "drop.fields.header.name": "drop", "drop.fields.keep.schema.compatible": "false",
        "drop.fields.from.key": "true",
      ], headers: [("drop", "[\"id\"]")])
    + every(
      "drop fields, nulls stay", ["drop.fields.header.name": "drop", "replace.null.with.default": "false"],
      headers: [("drop", "[\"name\"]")])
    + every("rewrite, nulls stay", ["delete.tombstone.handling.mode": "rewrite", "replace.null.with.default": "false"])
    + every("drop fields, no header", ["drop.fields.header.name": "drop", "add.fields": "op"])
    + [
      TransformCase("no envelope", unwrap([:])), TransformCase("no envelope: headers", unwrap(["add.headers": "op"])),
      TransformCase("missing struct", unwrap(["add.fields": "nowhere.x"]), value: Envelopes.insert),
      TransformCase("route by a number", unwrap(["route.by.field": "id"]), value: Envelopes.insert),
      TransformCase("route by nothing", unwrap(["route.by.field": "nothing"]), value: Envelopes.insert),
    ]

  private static func unwrap(_ keys: JSONObject) -> JSONObject {
    var keys = keys
    keys["type"] = "io.debezium.transforms.ExtractNewRecordState"
    return keys
  }

  private static func every(_ name: String, _ keys: JSONObject, headers: [(String, String)] = []) -> [TransformCase] {
    [
      ("insert", Envelopes.insert), ("delete", Envelopes.delete), ("bare delete", Envelopes.bareDelete),
      ("truncate", Envelopes.truncate), ("tombstone", nil), ("read", Envelopes.read),
    ].map { (kind: String, value: JSONValue?) in
      TransformCase("\(name): \(kind)", unwrap(keys), value: value, headers: headers)
    }
  }
}

/// Debezium's events of a small table.
enum Envelopes {
  static let insert = envelope(op: "c", before: nil, after: row(name: "Ann", level: nil), transaction: "9")
  static let read = envelope(op: "r", before: nil, after: row(name: nil, level: 2), transaction: nil)
  static let delete = envelope(op: "d", before: row(name: "Ann", level: nil), after: nil, transaction: "9")
  static let bareDelete = envelope(op: "d", before: nil, after: nil, transaction: "9")
  static let truncate = envelope(op: "t", before: nil, after: nil, transaction: "9")

  private static func row(name: String?, level: Int?) -> JSONValue {
    ["id": 1, "name": name.map { .string($0) } ?? .null, "level": level.map { .integer($0) } ?? .null, "price": "AMk="]
  }

  private static func rowSchema(_ field: String) -> JSONValue {
    [
      "type": "struct", "optional": true, "name": "shop.public.orders.Value", "field": .string(field),
      "fields": [
        ["field": "id", "type": "int32", "optional": false], ["field": "name", "type": "string", "optional": true],
        ["field": "level", "type": "int32", "optional": true, "default": 5],
        [
          "field": "price", "type": "bytes", "optional": false, "name": "org.apache.kafka.connect.data.Decimal",
          "version": 1, "parameters": ["scale": "2"],
        ],
      ],
    ]
  }

  private static let source: JSONValue = [
    "type": "struct", "optional": false, "name": "io.debezium.connector.postgresql.Source", "version": 1,
    "field": "source",
    "fields": [
      ["field": "version", "type": "string", "optional": false], ["field": "db", "type": "string", "optional": false],
      ["field": "ts_ms", "type": "int64", "optional": false],
      ["field": "snapshot", "type": "string", "optional": true, "default": "false"],
      ["field": "table", "type": "string", "optional": false], ["field": "lsn", "type": "int64", "optional": true],
    ],
  ]

  private static let block: JSONValue = [
    "type": "struct", "optional": true, "name": "event.block", "version": 1, "field": "transaction",
    "fields": [
      ["field": "id", "type": "string", "optional": false],
      ["field": "total_order", "type": "int64", "optional": false],
    ],
  ]

  private static func envelope(op: String, before: JSONValue?, after: JSONValue?, transaction: String?) -> JSONValue {
    [
      "schema": [
        "type": "struct", "optional": false, "name": "shop.public.orders.Envelope", "version": 2,
        "fields": [
          rowSchema("before"), rowSchema("after"), source, block,
          ["field": "op", "type": "string", "optional": false], ["field": "ts_ms", "type": "int64", "optional": true],
        ],
      ],
      "payload": [
        "before": before ?? .null, "after": after ?? .null,
        "source": [
          "version": "3.6.3", "db": "shop", "ts_ms": 1_700_000_000_000, "snapshot": nil, "table": "orders", "lsn": 77,
        ],
        "transaction": transaction.map { ["id": .string($0), "total_order": 2] } ?? .null,
        "op": .string(op), "ts_ms": 1_700_000_000_123,
      ],
    ]
  }
}
