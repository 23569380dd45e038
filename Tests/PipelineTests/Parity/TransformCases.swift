import JSON

extension TransformCase {
  /// The cases that are compared with Apache Kafka's own transformations.
  static let all: [TransformCase] =
    routing + fields + casts + structure + times + headerCases + nullsAndErrors

  static let routing: [TransformCase] = [
    TransformCase("route", connect("RegexRouter", ["regex": "shop\\.(.*)\\.(.*)", "replacement": "$2-$1"])),
    TransformCase("route: no match", connect("RegexRouter", ["regex": "orders", "replacement": "x"])),
    TransformCase("time route", connect("TimestampRouter")),
    TransformCase(
      "time route: formats",
      connect(
        "TimestampRouter",
        ["topic.format": "a-${topic}-${timestamp}", "timestamp.format": "yyyy-MM-dd'T'HH:mm:ss.SSS EEE MMM u D a"])),
    TransformCase("drop", connect("Filter")),
  ]

  static let fields: [TransformCase] =
    both("replace: exclude", "ReplaceField$Value", ["exclude": "name,place"])
    + both("replace: include", "ReplaceField$Value", ["include": "id,status,level"])
    + both("replace: rename", "ReplaceField$Value", ["renames": "id:ident,at:when", "exclude": "raw"])
    + both("replace: nulls stay", "ReplaceField$Value", ["exclude": "raw", "replace.null.with.default": "false"])
    + [TransformCase("replace: key", connect("ReplaceField$Key", ["renames": "id:ident"]))]
    + both("mask", "MaskField$Value", ["fields": "id,name,born,at,tod,small,mid,big,f,d,ok,tags,attrs,status"])
    + [TransformCase("mask: decimal", connect("MaskField$Value", ["fields": "price"]))]
    + both("mask: text", "MaskField$Value", ["fields": "name,status,text", "replacement": "***"])
    + both("mask: number", "MaskField$Value", ["fields": "id,small,mid,big,f,d,name,level", "replacement": "300"])
    + both("mask: nulls stay", "MaskField$Value", ["fields": "status", "replace.null.with.default": "false"])
    + both("mask: bytes", "MaskField$Value", ["fields": "raw"])
    + both("mask: struct", "MaskField$Value", ["fields": "place"])
    + both("mask: boolean by replacement", "MaskField$Value", ["fields": "ok", "replacement": "1"])
    + both("mask: no number", "MaskField$Value", ["fields": "id", "replacement": "x"])
    + both(
      "insert", "InsertField$Value",
      [
        "topic.field": "t", "partition.field": "p!", "offset.field": "o?", "timestamp.field": "ts",
        "static.field": "s", "static.value": "fix",
      ])
    + both("insert: required time", "InsertField$Value", ["timestamp.field": "ts!"])
    + both("insert: twice", "InsertField$Value", ["topic.field": "name"])
    + [
      TransformCase("insert: key", connect("InsertField$Key", ["static.field": "s!", "static.value": "x"])),
      TransformCase(
        "insert: key of a tombstone", connect("InsertField$Key", ["static.field": "s!", "static.value": "x"]),
        value: nil),
    ]
    + both("value to key", "ValueToKey", ["fields": "id,status,price"])
    + both("value to key: missing", "ValueToKey", ["fields": "id,nothing"])
    + both("metadata", "SetSchemaMetadata$Value", ["schema.name": "other.Name", "schema.version": "9"])
    + both("metadata: version", "SetSchemaMetadata$Value", ["schema.version": "9"])
    + both("metadata: key", "SetSchemaMetadata$Key", ["schema.name": "other.Key"])
    + [
      TransformCase(
        "metadata: version of the key", connect("SetSchemaMetadata$Key", ["schema.version": "2"])),
      TransformCase(
        "metadata: one value", connect("SetSchemaMetadata$Value", ["schema.name": "n", "schema.version": "2"]),
        value: Rows.single("int32", 5)),
    ]

  static let casts: [TransformCase] =
    ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"]
    .flatMap { type in
      both(
        "cast to \(type)", "Cast$Value",
        [
          "spec": .string(
            ["id", "price", "born", "at", "tod", "small", "mid", "big", "f", "d", "ok", "level", "number"]
              .map { "\($0):\(type)" }.joined(separator: ","))
        ])
    }
    + both("cast: bytes to string", "Cast$Value", ["spec": "raw:string"])
    + both("cast: bytes to int32", "Cast$Value", ["spec": "raw:int32"])
    + both("cast: array", "Cast$Value", ["spec": "tags:string"])
    + both("cast: default", "Cast$Value", ["spec": "level:string,status:boolean"])
    + both("cast: default stays null", "Cast$Value", ["spec": "level:string", "replace.null.with.default": "false"])
    + both("cast: no number", "Cast$Value", ["spec": "text:int32"])
    + [("300", "int8"), ("-129", "int8"), ("+7", "int16"), (" 7", "int16"), ("1.5", "int32"), ("9e2", "float32")]
    .map { text, type in one("cast \"\(text)\" to \(type)", Rows.single("string", .string(text)), type) }
    + [("1e400", "float64"), ("NaN", "float64"), (" 1.5 ", "float64"), ("2f", "float32"), ("TRUE", "boolean")]
    .map { text, type in one("cast \"\(text)\" to \(type)", Rows.single("string", .string(text)), type) }
    + [("3e9", "int32"), ("-3e9", "int16"), ("300.7", "int8"), ("1e19", "int64"), ("1e-5", "string")]
    .map { text, type in one("cast \(text) to \(type)", Rows.single("double", .number(text)), type) }
    + [("70000", "int16"), ("2147483647", "float32"), ("0", "boolean")]
    .map { text, type in one("cast \(text) to \(type)", Rows.single("int32", .number(text)), type) }
    + [
      one("cast optional", Rows.single("int64", 5, optional: true, ["name": "n", "version": 3]), "string"),
      one("cast a struct", Rows.row, "string"),
    ]

  static let structure: [TransformCase] =
    both("hoist", "HoistField$Value", ["field": "line"])
    + [
      TransformCase("hoist: one value", connect("HoistField$Key", ["field": "line"]), key: Rows.single("int32", 5)),
      TransformCase(
        "hoist: optional", connect("HoistField$Value", ["field": "line"]),
        value: Rows.single("string", "x", optional: true)),
      TransformCase(
        "hoist: optional with a default", connect("HoistField$Value", ["field": "line"]),
        value: Rows.single("int32", 4, optional: true, ["default": 9])),
      TransformCase(
        "hoist: required with a default", connect("HoistField$Value", ["field": "line"]),
        value: Rows.single("int32", 4, ["default": 9])),
      TransformCase(
        "hoist twice", connect("HoistField$Value", ["field": "a"]), connect("HoistField$Value", ["field": "b"])),
    ]
    + ["id", "name", "price", "status", "place", "tags", "at"].flatMap { field in
      both("extract \(field)", "ExtractField$Value", ["field": .string(field)])
    }
    + both("extract: missing", "ExtractField$Value", ["field": "nothing"])
    + both("extract: null stays", "ExtractField$Value", ["field": "level", "replace.null.with.default": "false"])
    + both("extract: path", "ExtractField$Value", ["field": "place.geo.x", "field.syntax.version": "V2"])
    + both(
      "extract: path to a default", "ExtractField$Value", ["field": "place.geo.unit", "field.syntax.version": "V2"])
    + [
      TransformCase("extract: key", connect("ExtractField$Key", ["field": "id"])),
      TransformCase("flatten", connect("Flatten$Value", ["delimiter": "_"]), value: Rows.flat),
      TransformCase("flatten: nulls", connect("Flatten$Value"), value: Rows.flatNulls),
      TransformCase("flatten: key", connect("Flatten$Key")),
      TransformCase(
        "flatten behind others", connect("ReplaceField$Value", ["include": "id,place,status"]),
        connect("Flatten$Value", ["delimiter": "_"]),
        connect("InsertField$Value", ["static.field": "s", "static.value": "y"])),
    ]
    + both("flatten: lists", "Flatten$Value", [:])

  static let times: [TransformCase] =
    ["string", "unix", "Date", "Time", "Timestamp"].flatMap { target in
      ["at", "born", "tod", "micros", "big", "text"].flatMap { field in
        both(
          "\(field) to \(target)", "TimestampConverter$Value",
          [
            "field": .string(field), "target.type": .string(target), "format": "yyyy-MM-dd HH:mm:ss",
            "unix.precision": field == "micros" ? "microseconds" : "milliseconds",
          ])
      }
    }
    + [("seconds", "d"), ("nanoseconds", "big"), ("seconds", "small")].flatMap { unit, field in
      both(
        "\(field) in \(unit)", "TimestampConverter$Value",
        ["field": .string(field), "target.type": "unix", "unix.precision": .string(unit)])
    }
    + [
      ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "2023-11-14T22:13:20.5+01"), ("dd/MM/yy", "14/11/23"),
      ("yyyyMMddHHmmss", "20231114221320"),
      ("yyyy-MM-dd", "2023-02-31"), ("d MMM yyyy, h:mm a", "14 Nov 2023, 12:05 AM"),
      ("EEEE, MMMM d, yyyy", "Tuesday, November 14, 2023"),
      ("HH:mm", "25:61"), ("yyyy-MM-dd", "nothing"), ("yyyy-DDD", "2023-318"),
      ("yyyy-MM-dd HH:mm:ss Z", "2023-11-14 22:13:20 -0530"),
      ("yyyy-MM-dd", "1500-03-01"), ("yyyy-MM-dd", "2023-11-14 and more"), ("yyyy G", "44 BC"),
    ].map { format, text in
      TransformCase(
        "read \(text) as \(format)",
        connect("TimestampConverter$Value", ["target.type": "Timestamp", "format": .string(format)]),
        value: Rows.single("string", .string(text)))
    }
    + [
      ("yyyy-MM-dd HH:mm:ss.SSS", 0), ("yy/M/d k:K:h a", -1), ("EEEE d MMMM yyyy G z Z X XXX", -12_219_292_800_001),
      ("D u E MMM L", 1_700_000_000_123), ("yyyyy-MM'x'''dd", 253_402_300_800_000), ("S SS SSSS", 7),
      ("y", -62_167_219_200_001),
    ].map { format, moment in
      TransformCase(
        "write \(moment) as \(format)",
        connect("TimestampConverter$Value", ["target.type": "string", "format": .string(format)]),
        value: Rows.single(
          "int64", .integer(moment), ["name": "org.apache.kafka.connect.data.Timestamp", "version": 1]))
    }

  static let headerCases: [TransformCase] =
    [
      TransformCase("header", connect("InsertHeader", ["header": "h", "value.literal": "v"]), headers: [("h", "old")]),
      TransformCase(
        "drop headers", connect("DropHeaders", ["headers": "a,c"]), headers: [("a", "1"), ("b", "two"), ("a", "x")]),
    ]
    + both(
      "header from: copy", "HeaderFrom$Value",
      ["fields": "id,name,born,at,ok,d,level,status", "headers": "a,b,c,d,e,f,g,h,i", "operation": "copy"])
    + both(
      "header from: move", "HeaderFrom$Value",
      ["fields": "name,level", "headers": "a,b", "operation": "move"])
    + both(
      "header from: nulls stay", "HeaderFrom$Value",
      ["fields": "level", "headers": "a", "operation": "move", "replace.null.with.default": "false"])
    + both("header from: missing", "HeaderFrom$Value", ["fields": "x", "headers": "a", "operation": "copy"])

  /// What each does with a tombstone, with one value instead of a struct, and with a null that has a schema.
  static let nullsAndErrors: [TransformCase] = [
    ("ReplaceField$Value", ["exclude": "a"]), ("MaskField$Value", ["fields": "a"]),
    ("InsertField$Value", ["topic.field": "t"]), ("ExtractField$Value", ["field": "a"]),
    ("ValueToKey", ["fields": "a"]), ("Cast$Value", ["spec": "a:string"]), ("Cast$Value", ["spec": "string"]),
    ("SetSchemaMetadata$Value", ["schema.name": "n"]),
    ("HeaderFrom$Value", ["fields": "a", "headers": "b", "operation": "copy"]), ("Flatten$Value", [:]),
    ("TimestampConverter$Value", ["field": "a", "target.type": "unix"]),
    ("TimestampConverter$Value", ["target.type": "unix"]),
  ].flatMap { (name: String, keys: JSONObject) in
    [
      TransformCase("\(name) \(keys.names) of a tombstone", connect(name, keys), value: nil),
      TransformCase("\(name) \(keys.names) of one value", connect(name, keys), value: Rows.single("boolean", true)),
      TransformCase(
        "\(name) \(keys.names) of an optional struct", connect(name, keys),
        value: ["schema": optionalStruct, "payload": ["a": "x", "c": nil]]),
    ]
  }

  private static let optionalStruct: JSONValue = [
    "type": "struct", "optional": true, "name": "o.S",
    "fields": [
      ["field": "a", "type": "string", "optional": false],
      ["field": "c", "type": "int32", "optional": true, "default": 4],
    ],
  ]

  /// A case with a row and one with its nulls.
  private static func both(_ name: String, _ type: String, _ keys: JSONObject) -> [TransformCase] {
    [
      TransformCase(name, connect(type, keys)),
      TransformCase("\(name), nulls", connect(type, keys), value: Rows.nulls),
    ]
  }

  private static func one(_ name: String, _ value: JSONValue, _ type: String) -> TransformCase {
    TransformCase(name, connect("Cast$Value", ["spec": .string(type)]), value: value)
  }
}
