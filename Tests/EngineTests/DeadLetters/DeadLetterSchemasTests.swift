import Avro
import ChangeModel
import JSON
import Testing

@testable import Engine

@Suite struct DeadLetterSchemasTests {
  private let engine: @Sendable (Int32) throws(CDCError) -> Schema = { _ throws(CDCError) in Schema(.string) }

  private func schema(_ configs: [JSONObject]) throws -> Schema {
    try DeadLetterSchemas.find(in: configs, otherwise: engine)(1)
  }

  @Test func withoutAnAddressItIsTheEngines() throws {
    #expect(try schema([]) == Schema(.string))
    #expect(
      try schema([["value.converter": "x"], ["key.converter.schema.registry.url": "http://k"]]) == Schema(.string))
  }

  @Test func theConvertersOwnIsAsked() {
    let config: JSONObject = ["value.converter.schema.registry.url": "http://127.0.0.1:1"]
    #expect { try schema([[:], config]) } throws: { ($0 as? CDCError)?.code == .registryUnreachable }
  }

  @Test func aReferenceWithoutAValueIsToldByItsKey() {
    let config: JSONObject = ["value.converter.schema.registry.url": "${env:NO_SUCH_VARIABLE_HERE}"]
    #expect { try schema([config]) } throws: { error in
      "\(error)".contains("value.converter.schema.registry.url") && "\(error)".contains("NO_SUCH_VARIABLE_HERE")
    }
  }
}
