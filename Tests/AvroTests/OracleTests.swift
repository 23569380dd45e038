import Avro
import JSON
import TestSupport
import Testing

/// Bytes that `fastavro` writes are read as the same values, and the other way round.
@Suite(.needsPython) struct OracleTests {
  private static let script = #"""
    import sys, io, json, base64, math, fastavro
    def make(s, names, d):
        # A value for a schema: varied by depth, so that neighbours differ.
        if isinstance(s, list):
            return make(s[(d + 1) % len(s)], names, d)
        t = s['type'] if isinstance(s, dict) else s
        if isinstance(t, (dict, list)): return make(t, names, d)
        if t in names and t not in ('record',): return make(names[t], names, d)
        if t == 'null': return None
        if t == 'boolean': return d % 2 == 0
        if t == 'int': return [-1, 2147483647, 0, 300][d % 4]
        if t == 'long': return [9223372036854775807, -9223372036854775808, 1, 0][d % 4]
        if t == 'float': return [1.5, float('inf'), -0.25, 3.0][d % 4]
        if t == 'double': return [0.1, float('nan'), float('-inf'), 1e300][d % 4]
        if t == 'bytes': return bytes(range(d % 7))
        if t == 'string': return 'h\u00e9llo \U0001F426' * (d % 3)
        if t == 'fixed': return bytes(s['size'])
        if t == 'enum': return s['symbols'][d % len(s['symbols'])]
        if t == 'array': return [make(s['items'], names, d + i) for i in range(d % 4)]
        if t == 'map': return {'k%d' % i: make(s['values'], names, d + i) for i in range(d % 4)}
        if t == 'record': return {f['name']: make(f['type'], names, d + i) for i, f in enumerate(s['fields'])}
        raise Exception(t)
    def plain(v):
        if isinstance(v, bytes): return base64.b64encode(v).decode()
        if isinstance(v, dict): return {k: plain(x) for k, x in v.items()}
        if isinstance(v, list): return [plain(x) for x in v]
        if isinstance(v, float) and math.isnan(v): return 'NaN'
        if isinstance(v, float) and math.isinf(v): return 'Infinity' if v > 0 else '-Infinity'
        return v
    def strip(s):
        # Logical types off: the bytes are what is compared.
        if isinstance(s, dict): return {k: strip(v) for k, v in s.items() if k != 'logicalType'}
        if isinstance(s, list): return [strip(x) for x in s]
        return s
    out = []
    for text in json.load(sys.stdin):
        names = {}
        schema = fastavro.parse_schema(strip(json.loads(text)), named_schemas=names)
        for d in range(4):
            value = make(schema, names, d)
            buffer = io.BytesIO()
            fastavro.schemaless_writer(buffer, schema, value)
            out.append([text, base64.b64encode(buffer.getvalue()).decode(), plain(value)])
    json.dump(out, sys.stdout)
    """#

  private static func check(_ texts: [String]) throws {
    let input = JSONValue.array(texts.map(JSONValue.string)).text
    let answer = try JSONValue(parsing: Python.run(script, input: input))
    let cases = try #require(answer.array)
    #expect(cases.count == texts.count * 4)
    for element in cases {
      let parts = try #require(element.array)
      let schema = try Schema(parsing: parts[0].string ?? "")
      let bytes = try #require(Base64.decode(parts[1].string ?? "*"))
      let codec = try ValueCodec(schema)
      let value = try codec.decode(bytes)
      #expect(normal(value) == normal(parts[2]))
      #expect(try codec.encode(value) == bytes)
      let plan = try SkipPlan(schema)
      try read(bytes) { reader throws(AvroError) in
        try plan.skip(&reader)
        #expect(reader.isAtEnd)
      }
    }
  }

  /// Numbers by their value, not their text.
  private static func normal(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let text): Int64(text) == nil ? .number(Double(text)?.description ?? text) : value
    case .array(let elements): .array(elements.map(normal))
    case .object(let object): .object(JSONObject(object.members.map { .init($0.name, normal($0.value)) }))
    default: value
    }
  }

  @Test func everyKind() throws {
    try Self.check([
      PlanTests.everything.replacing(
        #"{"name":"kids","type":{"type":"array","items":"Tree"}}"#, with: #"{"name":"v","type":"int"}"#),
      #"["null","string"]"#, #""long""#, #"{"type":"map","values":["null","bytes"]}"#,
    ])
  }

  @Test(.needsGolden) func goldenSchemas() throws {
    // fastavro refuses the names that Java takes (a dash in a namespace).
    try Self.check(GoldenFiles.schemas().filter { !$0.name.contains("we.ird") }.map(\.text))
  }
}
