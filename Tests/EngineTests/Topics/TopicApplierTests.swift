import ChangeModel
import Foundation
import KafkaClient
import TestSupport
import Testing

@testable import Engine

/// Topics as code on a real broker.
@Suite(.needsKafka) struct TopicApplierTests {
  private let kafka: KafkaEnvironment
  private let name = "t-\(UUID().uuidString.prefix(8))"

  init() throws {
    kafka = KafkaEnvironment(properties: KafkaProperties([("bootstrap.servers", try Servers.kafka().bootstrap)]))
  }

  private func apply(_ text: String) throws -> TopicPlan {
    let applier = TopicApplier(kafka: kafka)
    let plan = try applier.plan(try TopicFile(parsing: Array(text.utf8)))
    try applier.apply(plan)
    return plan
  }

  private func settings() throws -> [String: String] {
    let all = try kafka.withAdmin { admin throws(CDCError) in try admin.configuration(of: name) }
    return Dictionary(all.filter(\.isOwn).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
  }

  @Test func itMakesChangesAndLeavesAlone() throws {
    let made = try apply("topics: { \(name): { partitions: 2, config: { retention.ms: 60000, segment.ms: 70000 } } }")
    #expect(made.steps.map(\.sign) == ["+"])
    #expect(try settings() == ["retention.ms": "60000", "segment.ms": "70000"])

    // A setting that the file does not name stays, although the brokers' request would reset it.
    let changed = try apply("topics: { \(name): { partitions: 3, config: { retention.ms: 90000 } } }")
    #expect(changed.steps.map(\.sign) == ["~", "~"])
    #expect(try settings() == ["retention.ms": "90000", "segment.ms": "70000"])
    let topics = try kafka.withAdmin { admin throws(CDCError) in
      try admin.waitForTopics([name])
      return try admin.topics()
    }
    #expect(topics.first { $0.name == name }?.partitionCount == 3)

    #expect(try apply("topics: { \(name): { partitions: 3, config: { retention.ms: 90000 } } }").steps.isEmpty)
    let fewer = try apply("topics: { \(name): { partitions: 1 } }")
    #expect(fewer.steps.map(\.sign) == ["!"] && fewer.isEmpty)
  }

  @Test func aDryRunChangesNothingAndStillAsksTheBrokers() throws {
    let applier = TopicApplier(kafka: kafka)
    let good = try applier.plan(try TopicFile(parsing: Array("topics: { \(name): { partitions: 1 } }".utf8)))
    try applier.validate(good)
    let known = try kafka.withAdmin { admin throws(CDCError) in try admin.topics().map(\.name) }
    #expect(!known.contains(name))
    let bad = try applier.plan(
      try TopicFile(parsing: Array("topics: { \(name): { config: { no.such.setting: 1 } } }".utf8)))
    #expect {
      try applier.validate(bad)
    } throws: { error in
      (error as? CDCError)?.code == .kafkaTopicRefused && "\(error)".contains(name)
    }
  }
}
