import ChangeModel
import Testing

@testable import Engine

@Suite struct TopicPlanTests {
  private func file(_ text: String) throws -> TopicFile { try TopicFile(parsing: Array(text.utf8)) }

  private let example = """
    defaults: { partitions: 3, replication: 1, config: { compression.type: producer } }
    topics:
      crm.public.customers: { partitions: 6, config: { cleanup.policy: [compact, delete], min.compaction.lag.ms: 3600000 } }
      crm.dlq: { config: { compression.type: zstd } }
      plain:
    """

  @Test func defaultsFillWhatATopicDoesNotSay() throws {
    let topics = try file(example).topics
    #expect(topics.map(\.name) == ["crm.public.customers", "crm.dlq", "plain"])
    #expect(topics.map(\.partitions) == [6, 3, 3])
    #expect(
      topics[0].config == [
        "cleanup.policy": "compact,delete", "min.compaction.lag.ms": "3600000", "compression.type": "producer",
      ])
    #expect(topics[1].config == ["compression.type": "zstd"])
  }

  @Test func whatIsMissingIsMade() throws {
    let plan = TopicPlan(try file(example), existing: [:])
    #expect(plan.steps.map(\.sign) == ["+", "+", "+"])
    #expect(plan.steps[1].text == "3 partitions, replication 1, compression.type=zstd")
  }

  @Test func whatIsAsWantedIsLeftAlone() throws {
    let wanted = try file("topics: { a: { partitions: 2, replication: 1, config: { retention.ms: 5 } }, b: }")
    let plan = TopicPlan(
      wanted,
      existing: [
        "a": .init(partitions: 2, replication: 1, settings: ["retention.ms": "5", "segment.bytes": "9"]),
        "b": .init(partitions: 7, replication: 3, settings: [:]),
        "other": .init(partitions: 1, replication: 1, settings: [:]),
      ])
    #expect(plan.steps.isEmpty && plan.isEmpty)
  }

  @Test func differencesAreChangedAndTold() throws {
    let wanted = try file("topics: { a: { partitions: 6, config: { retention.ms: 5, cleanup.policy: compact } } }")
    let plan = TopicPlan(
      wanted,
      existing: [
        "a": .init(partitions: 3, replication: 1, settings: ["cleanup.policy": "delete", "retention.ms": "5"])
      ])
    #expect(
      plan.steps == [
        .addPartitions(topic: "a", from: 3, to: 6),
        .configure(topic: "a", changes: [.init(name: "cleanup.policy", from: "delete", to: "compact")]),
      ])
    #expect(plan.steps[0].warning?.contains("keys move") == true)
    #expect(plan.steps[1].text == "cleanup.policy delete -> compact")
    #expect(!plan.isEmpty)
  }

  @Test func whatKafkaCantDoIsRefused() throws {
    let wanted = try file("topics: { a: { partitions: 1, replication: 3 } }")
    let plan = TopicPlan(wanted, existing: ["a": .init(partitions: 3, replication: 1, settings: [:])])
    #expect(plan.steps.map(\.sign) == ["!", "!"])
    #expect(plan.isEmpty)
  }

  @Test(arguments: [
    ("topics: {", "not YAML"), ("[]", "not a map"), ("a: 1", "unknown key a"),
    ("topics: { a: { partition: 1 } }", "partition"),
    ("topics: { a: { partitions: 0 } }", "topics.a.partitions must be a whole number above 0"),
    ("topics: { a: { partitions: many } }", "topics.a.partitions"),
    ("topics: { 'a b': }", "a topic's name has letters"),
    ("topics: { a: { config: { x: { y: 1 } } } }", "topics.a.config.x must be"),
    ("defaults: 1", "defaults is not a map"),
  ])
  func mistakesAreNamed(text: String, message: String) {
    #expect { try file(text) } throws: { error in
      (error as? CDCError)?.code == .badTopicFile && "\(error)".contains(message)
    }
  }
}
