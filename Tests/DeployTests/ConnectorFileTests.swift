import Avro
import Foundation
import JSON
import TestSupport
import Testing

/// The ready configurations in `connectors/`.
@Suite struct ConnectorFileTests {
  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: Checkout.path + "/" + path, encoding: .utf8)
  }

  @Test(arguments: ["debezium-crm-source", "jdbc-sink-dwh", "s3-sink-minio"])
  func aConnectorIsAConnectRequest(_ name: String) throws {
    let document = try JSONSerialization.jsonObject(with: Data(Self.text("connectors/\(name).json").utf8))
    let request = try #require(document as? [String: Any])
    #expect(request["name"] as? String == name)
    let config = try #require(request["config"] as? [String: String], "every value is a string")
    #expect(config["connector.class"]?.contains(".") == true, "the class name that users have today")
  }

  @Test func secretsAreReferences() throws {
    for name in ["debezium-crm-source", "jdbc-sink-dwh", "s3-sink-minio"] {
      let document = try JSONSerialization.jsonObject(with: Data(Self.text("connectors/\(name).json").utf8))
      let config = try #require((document as? [String: Any])?["config"] as? [String: String])
      let secrets = config.filter { $0.key.hasSuffix("password") || $0.key.contains("access.key") }
      #expect(!secrets.isEmpty)
      for (key, value) in secrets { #expect(value.hasPrefix("${"), "\(name): \(key) is written out") }
    }
  }

  @Test func theSinkReadsWhatTheSourceWrites() throws {
    let source = try Self.text("connectors/debezium-crm-source.json")
    for name in ["jdbc-sink-dwh", "s3-sink-minio"] {
      let sink = try Self.text("connectors/\(name).json")
      for table in ["public.customers", "public.accounts", "public.transactions"] {
        #expect(source.contains(table))
        #expect(sink.contains("crm." + table))
      }
    }
  }

  @Test(arguments: ["crm_customers", "transactions"])
  func aSchemaIsADebeziumEnvelope(_ name: String) throws {
    let schema = try Schema(parsing: Self.text("connectors/\(name).avsc"))
    guard case .record(let envelope) = schema.kind else {
      Issue.record("\(name).avsc is no record")
      return
    }
    #expect(envelope.fullName.hasSuffix(".Envelope"))
    let fields = envelope.fields.map(\.name)
    #expect(fields == ["before", "after", "source", "transaction", "op", "ts_ms", "ts_us", "ts_ns"])
  }
}
