import Testing

@testable import KafkaClient

@Suite struct JavaClientPropertiesTests {
  @Test func javaNamesBecomeLibrdkafkas() {
    let made = JavaClientProperties(
      [
        ("max.request.size", "2097152"), ("linger.ms", "20"), ("batch.size", "65536"), ("compression.type", "zstd"),
        ("buffer.memory", "33554432"), ("delivery.timeout.ms", "30000"), ("send.buffer.bytes", "-1"),
        ("security.protocol", "SASL_SSL"), ("sasl.mechanism", "PLAIN"), ("bootstrap.servers", "h:1"),
      ], for: .producer)
    #expect(made.properties["bootstrap.servers"] == "h:1")
    #expect(made.properties["message.max.bytes"] == "2097152")
    #expect(made.properties["linger.ms"] == "20")
    #expect(made.properties["batch.size"] == "65536")
    #expect(made.properties["compression.type"] == "zstd")
    #expect(made.properties["queue.buffering.max.kbytes"] == "32768")
    #expect(made.properties["message.timeout.ms"] == "30000")
    #expect(made.properties["socket.send.buffer.bytes"] == "0")
    #expect(made.properties["security.protocol"] == "SASL_SSL")
    #expect(made.properties["sasl.mechanisms"] == "PLAIN")
    #expect(made.unknown.isEmpty && made.ignored.isEmpty && made.refused.isEmpty)
  }

  /// Whatever the table translates to must be a property of the library.
  @Test func everyTargetIsKnown() {
    for target in Array(JavaPropertyTable.renamed.values) + Array(JavaPropertyTable.kibibytes.values) {
      #expect(ClientConfiguration.isKnown(target), "\(target)")
    }
  }

  @Test func consumerProperties() {
    let made = JavaClientProperties(
      [
        ("auto.offset.reset", "none"), ("fetch.max.wait.ms", "100"), ("max.poll.records", "500"),
        ("isolation.level", "read_uncommitted"),
        ("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RoundRobinAssignor"),
      ], for: .consumer)
    #expect(made.properties["auto.offset.reset"] == "error")
    #expect(made.properties["fetch.wait.max.ms"] == "100")
    #expect(made.properties["partition.assignment.strategy"] == "roundrobin")
    #expect(made.ignored.map(\.name) == ["max.poll.records", "isolation.level"])
  }

  @Test func cooperativeAssignmentIsNotUsed() {
    let made = JavaClientProperties(
      [("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor")], for: .consumer
    )
    #expect(made.properties["partition.assignment.strategy"] == nil)
    #expect(made.ignored.map(\.name) == ["partition.assignment.strategy"])
  }

  @Test(arguments: [
    "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"al\\\"ice\" password=\"p=w;d\";",
    "org.apache.kafka.common.security.scram.ScramLoginModule required\n  username='al\"ice'\n  password='p=w;d' ;",
  ]) func aLoginBecomesUserAndPassword(_ jaas: String) {
    let made = JavaClientProperties([("sasl.jaas.config", jaas)], for: .producer)
    #expect(made.properties["sasl.username"] == "al\"ice")
    #expect(made.properties["sasl.password"] == "p=w;d")
    #expect(made.properties["sasl.jaas.config"] == nil)
  }

  @Test(arguments: ["", "PlainLoginModule", "X required a=\"b\"", "com.sun.Krb5LoginModule required a=b;"])
  func otherLoginsAreRefused(_ jaas: String) {
    let made = JavaClientProperties([("sasl.jaas.config", jaas)], for: .producer)
    #expect(made.refused.map(\.name) == ["sasl.jaas.config"])
  }

  @Test func pemStores() {
    let made = JavaClientProperties(
      [
        ("ssl.truststore.type", "PEM"), ("ssl.truststore.location", "/ca.pem"), ("ssl.keystore.type", "PEM"),
        ("ssl.keystore.location", "/client.pem"), ("ssl.key.password", "x"),
        ("ssl.endpoint.identification.algorithm", ""),
      ], for: .consumer)
    #expect(made.properties["ssl.ca.location"] == "/ca.pem")
    #expect(made.properties["ssl.certificate.location"] == "/client.pem")
    #expect(made.properties["ssl.key.location"] == "/client.pem")
    #expect(made.properties["ssl.key.password"] == "x")
    #expect(made.properties["ssl.endpoint.identification.algorithm"] == "none")
  }

  @Test func javasOwnKeyStoresAreRefused() {
    let made = JavaClientProperties(
      [("ssl.truststore.location", "/t.jks"), ("ssl.keystore.location", "/k.jks")], for: .consumer)
    #expect(made.refused.map(\.name) == ["ssl.truststore.location", "ssl.keystore.location"])
  }

  @Test func whatNobodyKnowsIsReported() {
    let made = JavaClientProperties([("linger.msec", "1"), ("queue.buffering.max.messages", "7")], for: .producer)
    #expect(made.unknown == ["linger.msec"])
    #expect(made.properties["queue.buffering.max.messages"] == "7")
  }
}
