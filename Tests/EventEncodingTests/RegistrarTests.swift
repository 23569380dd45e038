import Avro
import ChangeModel
import Foundation
import SchemaRegistry
import Testing

@testable import EventEncoding

@Suite("Which schemas have the same bytes")
struct RegistrarTests {
  private func form(_ text: String) throws -> EncodingForm { EncodingForm(try Schema(parsing: text)) }

  private let row = """
    {"type":"record","name":"r","fields":[{"name":"a","type":["null","int"],"default":null},
     {"name":"b","type":{"type":"record","name":"s","fields":[{"name":"c","type":"long"}]}},
     {"name":"d","type":["null","s"]}]}
    """

  @Test("names, defaults and attributes don't matter")
  func same() throws {
    let other = """
      {"type":"record","name":"x.y","doc":"d","fields":[{"name":"a","type":["null",{"type":"int","k":"v"}]},
       {"name":"b","type":{"type":"record","name":"t","fields":[{"name":"c","type":"long","default":1}]}},
       {"name":"d","type":["null","t"]}]}
      """
    #expect(try form(row) == form(other))
  }

  @Test(
    "order, types and branches do",
    arguments: [
      ("[\"null\",\"int\"]", "[\"int\",\"null\"]"), ("\"long\"", "\"int\""), ("\"name\":\"c\"", "\"name\":\"e\""),
    ])
  func different(_ from: String, _ to: String) throws {
    let other = row.replacingOccurrences(of: from, with: to)
    #expect(other != row)
    #expect(try form(row) != form(other))
  }
}

@Suite("Ids from a registry")
struct RegistryRegistrarTests {
  @Test("a registry that can't be reached is an error of class target")
  func unreachable() throws {
    let client = RegistryClient(RegistryOptions(urls: ["http://127.0.0.1:1"]))
    for (registers, usesLatest) in [(true, false), (false, true), (false, false)] {
      let registrar = RegistryRegistrar(client, registers: registers, usesLatest: usesLatest)
      let error = #expect(throws: CDCError.self) { try registrar.id(subject: "t-value", schema: Schema(.int)) }
      #expect(error?.code.failureClass == .target)
    }
  }
}
