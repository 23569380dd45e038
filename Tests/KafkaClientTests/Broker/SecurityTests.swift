import ChangeModel
import KafkaClient
import TestSupport
import Testing

extension RealBrokerTests {
  /// TLS with client certificates and SASL PLAIN, on a broker of its own.
  @Suite struct SecurityTests {
    private static let made = Result {
      var options = KafkaBroker.Options()
      let certificates = try TestCertificates()
      options.certificates = certificates
      options.requiresClientCertificate = true
      options.users = [("admin", "admin-secret"), ("alice", "wonder-land")]
      return (try KafkaBroker(options), certificates)
    }

    @Test func plainOverTLSWithAClientCertificateCarriesTransactions() throws {
      let (broker, certificates) = try Self.made.get()
      let properties = JavaClientProperties(
        [
          ("bootstrap.servers", broker.bootstrap), ("security.protocol", "SASL_SSL"), ("sasl.mechanism", "PLAIN"),
          (
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"alice\" password=\"wonder-land\";"
          ), ("ssl.truststore.type", "PEM"), ("ssl.truststore.location", certificates.authority),
          ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", certificates.path + "/client.pem"),
        ], for: .producer
      ).properties
      let name = uniqueName("tls")
      let admin = try AdminClient(properties)
      defer { admin.close() }
      try admin.createTopics([NewTopic(name: name)])
      var settings = PublisherSettings(
        properties: properties, connector: name, transactionalID: name, offsetsTopic: "o" + name)
      settings.offsetsPartitions = 1
      let publisher = TransactionalPublisher(settings)
      defer { publisher.close() }
      #expect(try publisher.open() == nil)
      try publisher.add(Batches.numbers(name, 0..<10))
      _ = try publisher.commit(Batches.offset(1))
      #expect(try publisher.open() == #"{"lsn":1}"#)
    }

    @Test func aWrongPasswordIsSaid() throws { try expect(.kafkaAuthentication, [("sasl.password", "hunter2")]) }

    @Test func anUnknownAuthorityIsSaid() throws {
      let other = try TestCertificates()
      try expect(.kafkaTLS, [("ssl.ca.location", other.authority)])
    }

    @Test func noTLSIsUnreachable() throws { try expect(.kafkaUnreachable, [("security.protocol", "plaintext")]) }

    private func expect(_ code: ErrorCode, _ changes: [(String, String)]) throws {
      let (broker, certificates) = try Self.made.get()
      let properties = KafkaProperties([
        ("bootstrap.servers", broker.bootstrap), ("security.protocol", "sasl_ssl"), ("sasl.mechanisms", "PLAIN"),
        ("sasl.username", "alice"), ("sasl.password", "wonder-land"), ("ssl.ca.location", certificates.authority),
        ("ssl.certificate.location", certificates.clientCertificate), ("ssl.key.location", certificates.clientKey),
      ]).merging(KafkaProperties(changes))
      var settings = PublisherSettings(properties: properties, connector: "c", transactionalID: "x", offsetsTopic: "o")
      settings.openPatience = .seconds(3)
      let publisher = TransactionalPublisher(settings)
      defer { publisher.close() }
      let error = #expect(throws: CDCError.self) { try publisher.open() }
      #expect(error?.code == code)
      #expect(error?.description.contains("hunter2") == false)
      let consumer = try GroupConsumer(
        ConsumerSettings(properties: properties, group: "g"), assigned: { _ in [:] }, revoked: { _ in })
      defer { consumer.close() }
      try consumer.subscribe(to: ["t"])
      try eventually(within: .seconds(5)) {
        _ = try? consumer.poll(into: RecordBatch(), limit: 1, patience: .milliseconds(100))
        return consumer.status.lastProblem?.code.errorCode == code
      }
      #expect(consumer.status.lastProblem?.code.errorCode == code)
    }
  }
}
