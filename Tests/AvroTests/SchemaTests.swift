import Avro
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct SchemaTests {
  @Test func keepsEveryAttributeInOrder() throws {
    let text = #"""
      {"type":"record","name":"Value","namespace":"crm.public.t","fields":[{"name":"n","type":["null",{"type":"bytes","scale":2,"precision":10,"connect.version":1,"connect.parameters":{"scale":"2"},"connect.name":"org.apache.kafka.connect.data.Decimal","logicalType":"decimal"}],"default":null}],"connect.version":1,"connect.name":"crm.public.t.Value"}
      """#
    let schema = try Schema(parsing: text)
    #expect(schema.text == text)
    let record = try #require(schema.record)
    #expect(record.fullName == "crm.public.t.Value")
    #expect(record["n"]?.defaultValue == .null)
    #expect(record["n"]?.schema.branches?[1].logicalType == "decimal")
    #expect(record["n"]?.schema.branches?[1].attributes.names.first == "scale")
  }

  @Test func namespacesAreInherited() throws {
    let schema = try Schema(
      parsing: #"""
        {"type":"record","name":"a.b.Outer","fields":[
          {"name":"x","type":{"type":"record","name":"Inner","fields":[]}},
          {"name":"y","type":{"type":"enum","name":"c.E","symbols":["A"]}},
          {"name":"z","type":{"type":"fixed","name":"F","namespace":"","size":2}},
          {"name":"p","type":"Inner"},{"name":"q","type":"c.E"},{"name":"r","type":"F"}]}
        """#)
    let names = try #require(schema.record).fields.map(\.schema.fullName)
    #expect(names == ["a.b.Inner", "c.E", "F", "a.b.Inner", "c.E", "F"])
    let again = try Schema(json: schema.json)
    #expect(again == schema)
    #expect(schema.text.contains(#"{"name":"p","type":"Inner"},{"name":"q","type":"c.E"},{"name":"r","type":"F"}"#))
    #expect(schema.text.contains(#""name":"F","namespace":"""#))
  }

  @Test(.needsGolden) func goldenSchemasComeBackEqual() throws {
    var count = 0
    for (name, text) in try GoldenFiles.schemas() {
      let json = try JSONValue(parsing: text)
      let schema = try Schema(parsing: text)
      #expect(schema.text == json.text, "\(name)")
      try schema.checkDefaults()
      #expect(try Schema(parsing: schema.text) == schema)
      count += 1
    }
    #expect(count > 100)
  }

  @Test(arguments: [
    (#"{"type":"record","name":"R"}"#, "has no \"fields\""),
    (#"{"type":"record","fields":[]}"#, "no \"name\""),
    (#"{"type":"record","name":"9R","fields":[]}"#, "not a valid name"),
    (#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#, "stands twice"),
    (#"{"type":"record","name":"R","fields":[{"name":"a","type":"Missing"}]}"#, "a: the type \"Missing\""),
    (#"["null","null"]"#, "stands twice in a union"), (#"["null",["int"]]"#, "directly in a union"),
    (#"{"type":"enum","name":"E","symbols":["A","A"]}"#, "stands twice"),
    (#"{"type":"enum","name":"E","symbols":["A"],"default":"B"}"#, "not one of the symbols"),
    (#"{"type":"fixed","name":"F","size":-1}"#, "no \"size\""), (#"{"type":"array"}"#, "no \"items\""),
    (#"{"type":"map"}"#, "no \"values\""), (#"{"items":"int"}"#, "no \"type\""), ("7", "a name, a list or an object"),
    (#"[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":1}]"#, "defined twice"),
    ("{", "not JSON"),
  ])
  func refusesWhatTheSpecificationForbids(text: String, reason: String) {
    let error = #expect(throws: AvroError.self) { try Schema(parsing: text) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func refusesDeepNesting() {
    let text =
      String(repeating: #"{"type":"array","items":"#, count: 200) + #""int""# + String(repeating: "}", count: 200)
    #expect(throws: AvroError.self) { try Schema(parsing: text) }
  }

  @Test func takesBarePrimitiveNames() throws {
    #expect(try Schema(parsing: #""string""#).kind == .string)
    #expect(try Schema(parsing: "string").kind == .string)
    #expect(try Schema(parsing: #"{"type":"string"}"#).text == #""string""#)
    #expect(
      try Schema(parsing: #"{"type":"int","connect.type":"int16"}"#).text == #"{"type":"int","connect.type":"int16"}"#)
  }

  @Test func referencesAreDefinedAtTheirFirstUse() throws {
    let point = try Schema(
      parsing: #"{"type":"record","name":"geo.Point","fields":[{"name":"x","type":"double"}]}"#)
    let line = try Schema(
      parsing:
        #"{"type":"record","name":"geo.Line","fields":[{"name":"a","type":"Point"},{"name":"b","type":"Point"}]}"#,
      references: [point])
    let shape = try Schema(
      parsing:
        #"{"type":"record","name":"S","fields":[{"name":"l","type":"geo.Line"},{"name":"p","type":"geo.Point"}]}"#,
      references: [line, point])
    // The result parses on its own: each definition stands once, before its uses.
    #expect(try Schema(parsing: shape.text) == shape)
    #expect(shape.record?.fields[1].schema.kind == .reference("geo.Point"))
  }

  @Test func partsStandAlone() throws {
    let schema = try Schema(
      parsing: #"""
        {"type":"record","name":"e.Envelope","fields":[
          {"name":"before","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}]},
          {"name":"after","type":["null","Value"]}]}
        """#)
    let after = try #require(schema.record?["after"]?.schema.branches?[1])
    #expect(after.record == nil)
    #expect(try after.resolved(in: schema).record?.fields.count == 1)
    #expect(try after.standalone(in: schema).text.contains(#""name":"Value","namespace":"e""#))
  }

  @Test func checksDefaults() throws {
    let good = [
      #"["null","int"],"default":null"#, #"["null","int"],"default":7"#,
      #"{"type":"array","items":"int"},"default":[]"#,
      #""bytes","default":"\u0000\u00ff""#, #""double","default":1"#,
      #"{"type":"map","values":"int"},"default":{"a":1}"#,
    ]
    for text in good {
      try Schema(parsing: #"{"type":"record","name":"R","fields":[{"name":"a","type":\#(text)}]}"#).checkDefaults()
    }
    let bad = [
      #""int","default":"x""#, #""int","default":2147483648"#, #"["null","int"],"default":"x""#,
      #""bytes","default":"\u0100""#, #""string","default":null"#, #"{"type":"array","items":"int"},"default":{}"#,
    ]
    for text in bad {
      let schema = try Schema(parsing: #"{"type":"record","name":"R","fields":[{"name":"a","type":\#(text)}]}"#)
      let error = #expect(throws: AvroError.self) { try schema.checkDefaults() }
      #expect(error?.path == ["a"])
    }
  }
}

/// The recorded schemas.
enum GoldenFiles {
  static func schemas() throws -> [(name: String, text: String)] {
    let folder = try #require(Golden.folder)
    var found: [(String, String)] = []
    for run in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let path = "\(folder)/\(run)"
      guard let files = try? FileManager.default.contentsOfDirectory(atPath: path) else { continue }
      for file in files.sorted() where file.hasSuffix(".avsc") {
        found.append(("\(run)/\(file)", try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)))
      }
    }
    return found
  }
}
