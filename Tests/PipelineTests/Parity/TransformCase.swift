import JSON

/// A record and the transformations that it goes through.
struct TransformCase: Sendable {
  var name: String
  var transforms: [JSONObject]
  var topic = "shop.public.orders"
  var timestamp: Int? = 1_700_000_000_123
  /// Key and value as the JSON converter writes them; nil: null.
  var key: JSONValue? = Rows.key
  var value: JSONValue? = Rows.row
  var headers: [(String, String)] = []

  init(
    _ name: String, _ transforms: JSONObject..., value: JSONValue? = Rows.row, key: JSONValue? = Rows.key,
    headers: [(String, String)] = []
  ) {
    self.name = name
    self.transforms = transforms
    self.value = value
    self.key = key
    self.headers = headers
  }

  /// The case as the runner of the real transformations reads it.
  var line: String {
    let json: JSONValue = [
      "topic": .string(topic), "partition": 3, "offset": 4711,
      "timestamp": timestamp.map { .integer($0) } ?? .null, "key": key ?? .null, "value": value ?? .null,
      "headers": .array(headers.map { [.string($0.0), .string($0.1)] }),
      "transforms": .array(transforms.map { .object($0) }),
    ]
    return json.text
  }

  /// A transformation of Kafka Connect's.
  static func connect(_ name: String, _ keys: JSONObject = [:]) -> JSONObject {
    var keys = keys
    keys["type"] = .string("org.apache.kafka.connect.transforms.\(name)")
    return keys
  }
}

/// Records that the cases share.
enum Rows {
  static let key: JSONValue = [
    "schema": [
      "type": "struct", "optional": false, "name": "shop.Key",
      "fields": [["field": "id", "type": "int32", "optional": false]],
    ],
    "payload": ["id": 7],
  ]

  static let fields: [JSONValue] = [
    ["field": "id", "type": "int32", "optional": false],
    ["field": "name", "type": "string", "optional": true],
    [
      "field": "price", "type": "bytes", "optional": true, "name": "org.apache.kafka.connect.data.Decimal",
      "version": 1, "parameters": ["scale": "2"],
    ],
    ["field": "born", "type": "int32", "optional": true, "name": "org.apache.kafka.connect.data.Date", "version": 1],
    [
      "field": "at", "type": "int64", "optional": false, "name": "org.apache.kafka.connect.data.Timestamp",
      "version": 1,
    ],
    ["field": "tod", "type": "int32", "optional": true, "name": "org.apache.kafka.connect.data.Time", "version": 1],
    ["field": "small", "type": "int8", "optional": false],
    ["field": "mid", "type": "int16", "optional": true],
    ["field": "big", "type": "int64", "optional": false],
    ["field": "f", "type": "float", "optional": false],
    ["field": "d", "type": "double", "optional": true],
    ["field": "ok", "type": "boolean", "optional": false],
    ["field": "raw", "type": "bytes", "optional": true],
    ["field": "tags", "type": "array", "optional": true, "items": ["type": "string", "optional": false]],
    [
      "field": "attrs", "type": "map", "optional": true, "keys": ["type": "string", "optional": false],
      "values": ["type": "string", "optional": true],
    ],
    ["field": "status", "type": "string", "optional": true, "default": "new"],
    ["field": "level", "type": "int32", "optional": true, "default": 5],
    nested,
    ["field": "micros", "type": "int64", "optional": true, "name": "io.debezium.time.MicroTimestamp", "version": 1],
    ["field": "text", "type": "string", "optional": false],
    ["field": "number", "type": "string", "optional": true],
  ]

  static let nested: JSONValue = [
    "field": "place", "type": "struct", "optional": true, "name": "shop.Place",
    "fields": [
      ["field": "city", "type": "string", "optional": true], ["field": "zip", "type": "int32", "optional": false],
      [
        "field": "geo", "type": "struct", "optional": false, "name": "shop.Geo",
        "fields": [
          ["field": "x", "type": "double", "optional": false],
          ["field": "unit", "type": "string", "optional": true, "default": "m"],
        ],
      ],
    ],
  ]

  static func struct_(_ fields: [JSONValue], _ payload: JSONValue, name: String = "shop.Value") -> JSONValue {
    [
      "schema": [
        "type": "struct", "optional": false, "name": .string(name), "version": 2, "doc": "a row",
        "fields": .array(fields),
      ], "payload": payload,
    ]
  }

  /// A row with a value in each field.
  static let row = struct_(
    fields,
    [
      "id": 7, "name": "Ärger \"x\"", "price": "AMk=", "born": 19000, "at": 1_700_000_000_123, "tod": 45_296_789,
      "small": -5, "mid": 300, "big": 12_345_678_901, "f": .number("3.25"), "d": .number("-1.0E10"), "ok": true,
      "raw": "AQID",
      "tags": ["a", "b"], "attrs": ["k": "v"], "status": "paid", "level": 1,
      "place": ["city": "Zug", "zip": 6300, "geo": ["x": .number("8.5"), "unit": nil]], "micros": 1_700_000_000_123_456,
      "text": "2023-11-14 22:13:20", "number": "42",
    ])

  /// The same row with nulls wherever they may be.
  static let nulls = struct_(
    fields,
    [
      "id": 7, "name": nil, "price": nil, "born": nil, "at": 0, "tod": nil, "small": 0, "mid": nil, "big": -1,
      "f": .number("0.1"), "d": nil, "ok": false, "raw": nil, "tags": nil, "attrs": nil, "status": nil, "level": nil,
      "place": nil, "micros": nil, "text": "x", "number": nil,
    ])

  /// Only what has no parts, with structs inside.
  static let flat = struct_(
    fields.filter { !["tags", "attrs"].contains($0["field"]?.string ?? "") },
    [
      "id": 7, "name": nil, "price": "AMk=", "born": 19000, "at": 1_700_000_000_123, "tod": 45_296_789,
      "small": -5, "mid": 300, "big": 12_345_678_901, "f": .number("3.25"), "d": nil, "ok": true, "raw": "AQID",
      "status": nil, "level": 1, "place": ["city": nil, "zip": 6300, "geo": ["x": .number("8.5"), "unit": nil]],
      "micros": nil, "text": "x", "number": "42",
    ])

  static let flatNulls = struct_(
    fields.filter { !["tags", "attrs"].contains($0["field"]?.string ?? "") },
    [
      "id": 7, "name": nil, "price": nil, "born": nil, "at": 0, "tod": nil, "small": 0, "mid": nil, "big": -1,
      "f": .number("0.1"), "d": nil, "ok": false, "raw": nil, "status": nil, "level": nil, "place": nil, "micros": nil,
      "text": "x", "number": nil,
    ])

  static func single(_ type: String, _ payload: JSONValue, optional: Bool = false, _ more: JSONObject = [:])
    -> JSONValue
  {
    var schema: JSONObject = ["type": .string(type), "optional": .bool(optional)]
    for member in more.members { schema[member.name] = member.value }
    return ["schema": .object(schema), "payload": payload]
  }
}
