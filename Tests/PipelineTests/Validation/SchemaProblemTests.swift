import Foundation
import JSON
import Pipeline
import TestSupport
import Testing

/// Schemas that can't be used: file, pointer and what is wrong.
@Suite struct SchemaProblemTests {
  @Test(arguments: [
    (#"{"type": "text"}"#, "/type"),
    (#"{"properties": {"a": {"minimum": "1"}}}"#, "/properties/a/minimum"),
    (#"{"properties": {"a": 5}}"#, "/properties/a"),
    (#"{"pattern": "("}"#, "/pattern"),
    (#"{"multipleOf": 0}"#, "/multipleOf"),
    (#"{"maxLength": -1}"#, "/maxLength"),
    (#"{"required": "id"}"#, "/required"),
    (##"{"$ref": "#/$defs/nothing"}"##, "/$ref"),
    (#"{"$ref": "elsewhere.json"}"#, "/$ref"),
    (#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#, "/$schema"),
    (#"{"anyOf": []}"#, "/anyOf"),
  ])
  func isToldByItsPlace(text: String, pointer: String) throws {
    let document = try JSONValue(parsing: text)
    let problem = #expect(throws: SchemaProblem.self) { try JSONSchema(document) }
    #expect(problem?.pointer == pointer)
  }

  @Test(arguments: [##"{"$ref": "#"}"##, ##"{"allOf": [{"not": {"$ref": "#/allOf/0"}}]}"##])
  func aSchemaThatNeverEndsIsRefused(text: String) throws {
    let document = try JSONValue(parsing: text)
    #expect(throws: SchemaProblem.self) { try JSONSchema(document) }
  }

  @Test func aDeepValueIsAViolation() throws {
    var value: JSONValue = 1
    for _ in 0..<300 { value = [value] }
    let schema = try JSONSchema(["items": ["$ref": "#"]])
    #expect(schema.violations(of: value).map(\.keyword) == ["nesting"])
  }

  @Test func referencesReachFilesBesideTheSchema() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }
    try write(
      "main.json",
      #"{"$id": "https://example.com/crm/main.json", "properties": {"id": {"$ref": "parts.json#/$defs/id"}}}"#)
    try write("parts.json", #"{"$defs": {"id": {"title": "an id", "type": "integer"}}}"#)
    try write("bad.json", "{")
    try write("outside.json", #"{"$ref": "../parts.json"}"#)
    let schema = try SchemaFiles.load("\(folder.path)/main.json")
    #expect(schema.violations(of: ["id": 1]).isEmpty)
    #expect(
      schema.violations(of: ["id": "x"]) == [Violation(pointer: "/id", keyword: "type", rule: "an id")])
    for name in ["bad.json", "outside.json", "missing.json"] {
      #expect(throws: SchemaProblem.self) { try SchemaFiles.load("\(folder.path)/\(name)") }
    }
  }
}
