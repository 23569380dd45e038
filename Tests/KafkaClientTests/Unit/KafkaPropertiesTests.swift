import ChangeModel
import Testing

@testable import KafkaClient

@Suite struct KafkaPropertiesTests {
  @Test func aLaterPairReplacesAnEarlierInItsPlace() {
    let properties = KafkaProperties([("a", "1"), ("b", "2"), ("a", "3")])
    #expect(properties.pairs.map(\.name) == ["a", "b"])
    #expect(properties["a"] == "3")
  }

  @Test func nilRemovesAndADefaultDoesNotReplace() {
    var properties = KafkaProperties([("a", "1")])
    properties.setDefault("a", "2")
    properties.setDefault("b", "2")
    #expect(properties == KafkaProperties([("a", "1"), ("b", "2")]))
    properties["a"] = nil
    #expect(properties["a"] == nil)
  }

  @Test(arguments: ["sasl.password", "ssl.key.password", "ssl.key.pem", "sasl.jaas.config", "ssl.keystore.password"])
  func secretsAreNotShown(_ name: String) {
    #expect(!KafkaProperties([(name, "hunter2")]).description.contains("hunter2"))
  }

  @Test func withoutServersThereIsNoClient() {
    let error = #expect(throws: CDCError.self) { _ = try AdminClient(KafkaProperties()) }
    #expect(error?.code == .kafkaConfiguration)
    #expect(error?.message.contains("bootstrap.servers") == true)
  }

  @Test func aRefusedPropertyIsNamed() {
    let error = #expect(throws: CDCError.self) {
      _ = try AdminClient(KafkaProperties([("bootstrap.servers", "localhost:1"), ("bootstrap.server", "localhost:1")]))
    }
    #expect(error?.code == .kafkaConfiguration)
    #expect(error?.message.contains("bootstrap.server") == true)
  }

  @Test func aRefusedSecretDoesNotShowInTheError() {
    let error = #expect(throws: CDCError.self) {
      _ = try AdminClient(
        KafkaProperties([("bootstrap.servers", "h:1"), ("ssl.key.pem", "hunter2"), ("security.protocol", "ssl")]))
    }
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test func propertiesThatDoNotFitTogetherAreAnError() {
    let error = #expect(throws: CDCError.self) {
      _ = try AdminClient(
        KafkaProperties([
          ("bootstrap.servers", "h:1"), ("security.protocol", "sasl_plaintext"), ("sasl.mechanisms", "NONSENSE"),
        ]))
    }
    #expect(error?.code == .kafkaConfiguration)
  }
}
