import ChangeModel
import Flow
import KafkaClient
import TestSupport
import Testing

extension RealBrokerTests {
  @Suite struct GroupConsumerTests {
    @Test func onlyCommittedRecordsAreReadOnce() throws {
      let topic = try TestCluster.topic(partitions: 2)
      let publisher = try TestCluster.publisher(uniqueName("c"))
      _ = try publisher.open()
      try publisher.add(Batches.numbers(topic, 0..<50))
      _ = try publisher.commit(Batches.offset(1))
      try publisher.add(Batches.numbers(topic, 900..<950))
      publisher.close()
      let member = try Member([topic])
      defer { member.consumer.close() }
      try member.read(count: 50)
      try member.read(for: .milliseconds(300))
      #expect(member.values.sorted() == Array(0..<50))
      #expect(member.assigned.count == 1 && member.assigned[0].count == 2)
      #expect(member.consumer.lag.values.reduce(0, +) < 60)
    }

    @Test func itStartsAtTheTargetsOffset() throws {
      let topic = try filledTopic(30)
      let member = try Member([topic], start: [TopicPartition(topic: topic, partition: 0): 20])
      defer { member.consumer.close() }
      try member.read(count: 10)
      #expect(member.values == Array(20..<30))
    }

    @Test func itGoesOnAtTheCommittedOffset() throws {
      let topic = try filledTopic(30)
      let group = uniqueName("g")
      let first = try Member([topic], group: group)
      try first.read(count: 30)
      try first.consumer.commit([TopicPartition(topic: topic, partition: 0): 25])
      first.consumer.close()
      let second = try Member([topic], group: group)
      defer { second.consumer.close() }
      try second.read(count: 5)
      #expect(second.values == Array(25..<30))
      #expect(second.consumer.positions == [TopicPartition(topic: topic, partition: 0): 30])
    }

    @Test func anOffsetThatIsGoneIsAnErrorAndNoReset() throws {
      let topic = try filledTopic(10)
      let member = try Member([topic], start: [TopicPartition(topic: topic, partition: 0): 500])
      defer { member.consumer.close() }
      let error = #expect(throws: CDCError.self) { try member.read(for: .seconds(10)) }
      #expect(error?.code == .kafkaOffsetGone)
    }

    @Test func anErrorOfTheTargetIsThrownByPoll() throws {
      let topic = try filledTopic(10)
      let consumer = try GroupConsumer(
        ConsumerSettings(properties: try TestCluster.properties(), group: uniqueName("g")),
        assigned: { _ in throw CDCError(.kafkaUnexpected, "the target is down") }, revoked: { _ in })
      defer { consumer.close() }
      try consumer.subscribe(to: [topic])
      let error = #expect(throws: CDCError.self) {
        for _ in 0..<100 { _ = try consumer.poll(into: RecordBatch(), limit: 1, patience: .milliseconds(100)) }
      }
      #expect(error?.message == "the target is down")
    }

    @Test func startingLatestAndWithoutAnyOffset() throws {
      let topic = try filledTopic(5)
      let latest = try Member([topic], [("auto.offset.reset", "latest")])
      try latest.read(for: .seconds(1))
      #expect(latest.values.isEmpty && latest.assigned.count == 1)
      latest.consumer.close()
      let none = try Member([topic], [("auto.offset.reset", "error")])
      defer { none.consumer.close() }
      let error = #expect(throws: CDCError.self) { try none.read(for: .seconds(10)) }
      #expect(error?.code == .kafkaOffsetGone)
    }

    @Test func aRegularExpressionFindsTopics() throws {
      let prefix = uniqueName("rx")
      let admin = try TestCluster.admin()
      defer { admin.close() }
      try admin.createTopics([
        NewTopic(name: prefix + ".a"), NewTopic(name: prefix + ".b"), NewTopic(name: "x" + prefix),
      ])
      let member = try Member(["^\(prefix)\\..*"])
      defer { member.consumer.close() }
      try member.read(until: { !$0.assigned.isEmpty })
      #expect(Set(member.assigned[0].map(\.topic)) == [prefix + ".a", prefix + ".b"])
    }

    @Test func twoMembersShareThePartitions() throws {
      let topic = try filledTopic(40, partitions: 4)
      let group = uniqueName("g")
      let offsets = Shared()
      let first = try Member([topic], group: group, sharing: offsets)
      try first.read(count: 40)
      let second = try Member([topic], group: group, sharing: offsets)
      try eventually(within: .seconds(20)) {
        try first.read(for: .milliseconds(50))
        try second.read(for: .milliseconds(50))
        return first.consumer.assignment.count == 2 && second.consumer.assignment.count == 2
      }
      #expect(first.consumer.assignment.count == 2 && second.consumer.assignment.count == 2)
      #expect(first.revoked.map(\.count) == [4])
      second.consumer.close()
      #expect(second.revoked.map(\.count) == [2])
      try first.read(until: { $0.consumer.assignment.count == 4 })
      first.consumer.close()
      // Every start was at the offset that the target had, so nothing was read twice.
      #expect((first.values + second.values).sorted() == Array(0..<40))
    }

    @Test func aPausedPartitionRests() throws {
      let topic = try filledTopic(10)
      let partition = TopicPartition(topic: topic, partition: 0)
      let member = try Member([topic], start: [partition: 0])
      defer { member.consumer.close() }
      try member.read(until: { !$0.assigned.isEmpty })
      member.consumer.pause([partition])
      member.batch.reset()
      try publish(topic, 10..<20)
      try member.read(for: .seconds(1))
      #expect(!member.values.contains(15))
      member.consumer.resume([partition])
      try member.read(until: { $0.values.contains(19) })
    }

    private func filledTopic(_ count: Int, partitions: Int32 = 1) throws -> String {
      let topic = try TestCluster.topic(partitions: partitions)
      try publish(topic, 0..<count)
      return topic
    }

    private func publish(_ topic: String, _ range: Range<Int>) throws {
      let producer = try PlainProducer(try TestCluster.properties())
      defer { producer.close() }
      try producer.produce(
        range.map { PlainProducer.Message(topic: topic, key: Array("\($0)".utf8), value: Array("\($0)".utf8)) })
    }
  }
}

/// The offsets of a target that several members write.
final class Shared { var offsets: [TopicPartition: Int64] = [:] }

/// A member of a group that notes what it is told.
final class Member {
  private final class Log {
    var assigned: [[TopicPartition]] = []
    var revoked: [[TopicPartition]] = []
  }

  let consumer: GroupConsumer
  let batch = RecordBatch()
  private(set) var values: [Int] = []
  private let log: Log
  private let target: Shared
  var assigned: [[TopicPartition]] { log.assigned }
  var revoked: [[TopicPartition]] { log.revoked }

  init(
    _ topics: [String], _ properties: [(String, String)] = [], group: String = uniqueName("g"),
    start: [TopicPartition: Int64] = [:], sharing target: Shared = Shared()
  ) throws {
    let log = Log()
    self.log = log
    self.target = target
    target.offsets.merge(start) { $1 }
    consumer = try GroupConsumer(
      ConsumerSettings(properties: try TestCluster.properties().merging(KafkaProperties(properties)), group: group),
      assigned: { partitions in
        log.assigned.append(partitions)
        return target.offsets.filter { partitions.contains($0.key) }
      }, revoked: { log.revoked.append($0) })
    try consumer.subscribe(to: topics)
  }

  func read(count: Int) throws { try read(until: { $0.values.count >= count }) }

  func read(for duration: Duration) throws {
    let end = ContinuousClock.now + duration
    try read(until: { _ in ContinuousClock.now >= end })
  }

  func read(until isDone: (Member) -> Bool) throws {
    let end = ContinuousClock.now + .seconds(20)
    while !isDone(self) && ContinuousClock.now < end {
      batch.reset()
      _ = try consumer.poll(into: batch, limit: 1 << 20, patience: .milliseconds(50))
      for record in ReadRecord.all(of: batch) {
        values.append(record.value.flatMap { Int($0) } ?? -1)
        target.offsets[TopicPartition(topic: record.topic, partition: record.partition)] = record.offset + 1
      }
    }
  }
}
