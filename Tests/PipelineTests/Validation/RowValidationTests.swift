import Avro
import ChangeModel
import EventEncoding
import Foundation
import JSON
import Pipeline
import Settings
import TestSupport
import Testing

/// Rows out of Avro bytes, by the CRM example's own schemas.
@Suite struct RowValidationTests {
  private final class OneSchema: SchemaSource {
    let schema: Schema
    init(_ schema: Schema) { self.schema = schema }
    func schema(id: Int32) throws(CDCError) -> Schema { schema }
  }

  /// A customer's columns as Avro's values.
  private static let customer: JSONObject = [
    "id": 7, "external_id": "b68a35a7-17ad-35b3-af2a-ae46edb4545a", "full_name": "Ada Byron",
    "email": "ada@example.com", "birth_date": 12_000, "kyc_status": "new", "risk_score": 125, "is_vip": true,
    "attributes": "{\"a\": [1, 2.50, \"\\u00e9\"]}", "created_at": "2024-05-06T07:08:09.123456Z", "updated_at": nil,
  ]

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(Checkout.path)/connectors/\(path)", encoding: .utf8)
  }

  private static func envelope(_ row: JSONObject?) throws -> (schema: Schema, wire: [UInt8]) {
    let schema = try Schema(parsing: try text("crm_customers.avsc"))
    var out: [UInt8] = [0, 0, 0, 0, 1]
    func long(_ value: Int64) {
      var room = [UInt8](repeating: 0, count: 10)
      let count = room.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { AvroBinary.writeLong(value, to: $0) } ?? 0
      }
      out += room[..<count]
    }
    func string(_ value: String) {
      long(Int64(value.utf8.count))
      out += Array(value.utf8)
    }
    long(0)  // before
    if let row {
      long(1)
      for name in [
        "id", "external_id", "full_name", "email", "birth_date", "kyc_status", "risk_score", "is_vip",
        "attributes", "created_at", "updated_at",
      ] {
        let value = row[name] ?? nil
        if ["email", "birth_date", "risk_score", "attributes", "updated_at"].contains(name) {
          long(value.isNull ? 0 : 1)
          if value.isNull { continue }
        }
        if name == "risk_score" {
          long(4)
          withUnsafeBytes(of: Int32(value.int ?? 0).bigEndian) { out += Array($0) }
        } else if let bool = value.bool {
          out.append(bool ? 1 : 0)
        } else if let number = value.int {
          long(Int64(number))
        } else {
          string(value.string ?? "")
        }
      }
    } else {
      long(0)
    }
    return (schema, out)
  }

  private func violations(_ row: JSONObject?, file: String = "schemas/crm_schema.json") throws -> [Violation] {
    let (schema, wire) = try Self.envelope(row)
    let validator = RowValidator(try SchemaFiles.load("\(Checkout.path)/connectors/\(file)"), target: .row)
    let source = OneSchema(schema)
    switch try wire.withUnsafeBytes({ (bytes) throws(CDCError) in try validator.validate(bytes, source) }) {
    case .valid: return []
    case .violated(let violations): return violations
    case .undecodable(let error):
      Issue.record("\(error)")
      return []
    }
  }

  private func changed(_ name: String, _ value: JSONValue) -> JSONObject {
    var row = Self.customer
    row[name] = value
    return row
  }

  @Test func aCustomerIsValidAndADeleteIsUnseen() throws {
    #expect(try violations(Self.customer).isEmpty)
    #expect(try violations(nil).isEmpty)
  }

  @Test(arguments: [
    ("email", JSONValue("no address"), "/after/email", "pattern", "e-mail address"),
    ("id", 0, "/after/id", "minimum", "customer id"),
    ("full_name", "", "/after/full_name", "minLength", "full name"),
    ("kyc_status", "unknown", "/after/kyc_status", "enum", "KYC status"),
    ("risk_score", 100_001, "/after/risk_score", "maximum", "risk score"),
    ("attributes", "[1]", "/after/attributes", "type", "attributes are an object"),
    ("birth_date", 4_000_000, "/after/birth_date", "format", "birth date"),
    ("created_at", "yesterday", "/after/created_at", "format", "creation time"),
  ])
  func aViolationIsToldWithoutItsValue(
    column: String, value: JSONValue, pointer: String, keyword: String, rule: String
  ) throws {
    let found = try violations(changed(column, value))
    #expect(found == [Violation(pointer: pointer, keyword: keyword, rule: rule)])
  }

  @Test func aValueThatTheDatabaseDidNotSendPasses() throws {
    #expect(try violations(changed("attributes", "__debezium_unavailable_value")).isEmpty)
    #expect(try violations(changed("email", "__debezium_unavailable_value")).isEmpty)
  }

  @Test func bytesThatAreCutShortAreNoRow() throws {
    let (schema, wire) = try Self.envelope(Self.customer)
    let validator = RowValidator(
      try SchemaFiles.load("\(Checkout.path)/connectors/schemas/crm_schema.json"), target: .row)
    let source = OneSchema(schema)
    for count in 0..<wire.count - 1 {
      let outcome = try Array(wire[..<count]).withUnsafeBytes { bytes throws(CDCError) in
        try validator.validate(bytes, source)
      }
      guard case .undecodable = outcome else {
        Issue.record("\(count) bytes are taken for a row")
        continue
      }
    }
  }

  @Test func theStageRejectsOrTags() throws {
    let (schema, wire) = try Self.envelope(changed("id", 0))
    let source = OneSchema(schema)
    for reaction in ["reject", "tag"] {
      let keys: JSONObject = ["schema.file": "schemas/crm_schema.json", "on.violation": .string(reaction)]
      let stage = try ValidateStage(
        ConfigDefinition(ValidateStage.keys).parse(keys), folder: "\(Checkout.path)/connectors",
        latest: { _ throws(CDCError) in schema })
      switch try wire.withUnsafeBytes({ bytes throws(CDCError) in try stage.check(bytes, source) }) {
      case .pass: Issue.record("it passes")
      case .tag(let header):
        #expect(reaction == "tag")
        let text = String(decoding: header, as: UTF8.self)
        #expect(text == #"[{"pointer":"/after/id","keyword":"minimum"}]"#)
      case .reject(let error, let pointer, let rule):
        #expect(reaction == "reject")
        #expect(error.code == .validationFailed)
        #expect(pointer == "/after/id")
        #expect(rule == "customer id")
      }
      #expect(stage.counts.byRule == ["customer id": 1])
    }
  }

  @Test func aSubjectsLatestSchemaMustReadTheValue() throws {
    let (writer, wire) = try Self.envelope(Self.customer)
    let other = try Schema(parsing: try Self.text("transactions.avsc"))
    for (latest, passes) in [(writer, true), (other, false)] {
      let stage = try ValidateStage(
        ConfigDefinition(ValidateStage.keys).parse(["schema.subject": "crm.public.customers-value"]), folder: "",
        latest: { _ throws(CDCError) in latest })
      let source = OneSchema(writer)
      let verdict = try wire.withUnsafeBytes { bytes throws(CDCError) in try stage.check(bytes, source) }
      if case .pass = verdict { #expect(passes) } else { #expect(!passes) }
    }
  }
}
