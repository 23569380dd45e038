import ChangeModel
import Foundation
import JSON
import TestSupport
import Testing

@testable import SchemaRegistry

/// The embedded registry answers as Confluent's does, and remembers.
@Suite struct EmbeddedRegistryTests {
  private let folder: TemporaryFolder
  private let registry: EmbeddedRegistry

  init() throws {
    folder = try TemporaryFolder("registry")
    registry = try EmbeddedRegistry(directory: folder.path)
  }

  private func call(
    _ method: String, _ path: String, _ body: JSONValue? = nil, _ query: [(String, String)] = [],
    on other: EmbeddedRegistry? = nil
  ) throws -> (status: Int, body: JSONValue) {
    let answer = (other ?? registry).handle(method: method, path: path, query: query, body: body?.utf8 ?? [])
    return (answer.status, try JSONValue(parsing: answer.body))
  }

  private func record(_ fields: String) -> JSONValue {
    ["schema": .string(#"{"type":"record","name":"r","fields":[\#(fields)]}"#)]
  }

  private let id = #"{"name":"id","type":"int"}"#
  private let note = #"{"name":"note","type":["null","string"],"default":null}"#
  private let required = #"{"name":"needed","type":"string"}"#

  @Test func schemasGetIdsAndVersions() throws {
    #expect(try call("POST", "/subjects/a-value/versions", record(id)) == (200, ["id": 1]))
    #expect(try call("POST", "/subjects/a-value/versions", record(id)) == (200, ["id": 1]), "the same schema again")
    #expect(
      try call("POST", "/subjects/b%20c/versions", record(id)) == (200, ["id": 1]), "the same under every subject")
    #expect(try call("POST", "/subjects/a-value/versions", record("\(id),\(note)")) == (200, ["id": 2]))
    #expect(try call("GET", "/subjects").body == ["a-value", "b c"])
    #expect(try call("GET", "/subjects/a-value/versions").body == [1, 2])
    #expect(try call("GET", "/subjects/a-value/versions/latest").body["id"] == 2)
    #expect(try call("GET", "/schemas/ids/1").body["schema"]?.string?.contains("\"id\"") == true)
    #expect(try call("POST", "/subjects/a-value", record(id)).body["version"] == 1)
    #expect(try call("GET", "/schemas/ids/1/versions").body.array?.count == 2)
  }

  @Test func incompatibleSchemasAreRefused() throws {
    _ = try call("POST", "/subjects/s/versions", record(id))
    let refused = try call("POST", "/subjects/s/versions", record("\(id),\(required)"))
    #expect(refused.status == 409)
    #expect(refused.body["error_code"] == 409)
    #expect(refused.body["message"]?.string?.contains("needed") == true)
    let verdict = try call(
      "POST", "/compatibility/subjects/s/versions/latest", record("\(id),\(required)"), [("verbose", "true")])
    #expect(verdict.body["is_compatible"] == false)
    #expect(try call("PUT", "/config/s", ["compatibility": "NONE"]).body == ["compatibility": "NONE"])
    #expect(try call("POST", "/subjects/s/versions", record("\(id),\(required)")).status == 200)
    #expect(try call("GET", "/config").body == ["compatibilityLevel": "BACKWARD"])
  }

  @Test func errorsHaveConfluentsCodes() throws {
    func code(_ method: String, _ path: String, _ body: JSONValue? = nil) throws -> Int? {
      try call(method, path, body).body["error_code"]?.int
    }
    #expect(try code("GET", "/subjects/none/versions") == 40401)
    _ = try call("POST", "/subjects/s/versions", record(id))
    #expect(try code("GET", "/subjects/s/versions/9") == 40402)
    #expect(try code("GET", "/subjects/s/versions/x") == 42202)
    #expect(try code("POST", "/subjects/s", record(note)) == 40403)
    #expect(try code("GET", "/schemas/ids/99") == 40403)
    #expect(try code("POST", "/subjects/s/versions", ["schema": "{"]) == 42201)
    #expect(try code("POST", "/subjects/s/versions", ["schema": "\"int\"", "schemaType": "PROTOBUF"]) == 42201)
    #expect(try code("PUT", "/config", ["compatibility": "SOMETIMES"]) == 42203)
    #expect(try call("PATCH", "/subjects").status == 405)
    #expect(
      registry.handle(method: "POST", path: "/subjects/s/versions", query: [], body: Array("{no".utf8)).status == 400)
  }

  @Test func deletedSubjectsComeBackOnlyWhenAsked() throws {
    _ = try call("POST", "/subjects/s/versions", record(id))
    #expect(try call("DELETE", "/subjects/s", nil, [("permanent", "true")]).status == 404)
    #expect(try call("DELETE", "/subjects/s").body == [1])
    #expect(try call("GET", "/subjects").body == [])
    #expect(try call("GET", "/subjects", nil, [("deleted", "true")]).body == ["s"])
    #expect(try call("DELETE", "/subjects/s", nil, [("permanent", "true")]).body == [1])
    #expect(try call("GET", "/subjects", nil, [("deleted", "true")]).body == [])
  }

  @Test func everythingIsThereAfterARestartAndATornLineIsNot() throws {
    _ = try call("POST", "/subjects/s/versions", record(id))
    _ = try call("PUT", "/config/s", ["compatibility": "FULL"])
    let log = folder.path("schemas.jsonl")
    let torn = try String(contentsOfFile: log, encoding: .utf8) + #"{"kind":"schema","sub"#
    try torn.write(toFile: log, atomically: true, encoding: .utf8)
    let again = try EmbeddedRegistry(directory: folder.path)
    #expect(try call("GET", "/schemas/ids/1", on: again).status == 200)
    #expect(try call("GET", "/config/s", on: again).body == ["compatibilityLevel": "FULL"])
    #expect(try call("POST", "/subjects/t/versions", record("\(id),\(note)"), on: again).body == ["id": 2])
    let third = try EmbeddedRegistry(directory: folder.path)
    #expect(try call("GET", "/subjects", on: third).body == ["s", "t"])
    try "nonsense\n{}\n".write(toFile: log, atomically: true, encoding: .utf8)
    let error = #expect(throws: CDCError.self) { try EmbeddedRegistry(directory: folder.path) }
    #expect(error?.message.contains("line 1") == true)
  }
}
