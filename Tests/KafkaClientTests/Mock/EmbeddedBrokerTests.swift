import ChangeModel
import KafkaClient
import TestSupport
import Testing

@Suite struct EmbeddedBrokerTests {
  @Test func topicsAreMadeByItsOwnCall() throws {
    let broker = try EmbeddedBroker()
    let properties = KafkaProperties([("bootstrap.servers", broker.bootstrapServers)])
    let admin = try AdminClient(properties, embedded: broker)
    defer { admin.close() }
    #expect(try admin.createTopics([NewTopic(name: "a", partitions: 3), NewTopic(name: "b")]) == ["a", "b"])
    #expect(try admin.createTopics([NewTopic(name: "a", partitions: 5)]) == [])
    #expect(try admin.topics().first { $0.name == "a" }?.partitionCount == 3)
    #expect(try admin.topics().first { $0.name == "b" }?.partitionCount == 1)
    #expect(try admin.clusterID() == broker.clusterID)
  }

  @Test func everyStartIsAClusterOfItsOwn() throws {
    let first = try EmbeddedBroker()
    let second = try EmbeddedBroker()
    #expect(first.clusterID != second.clusterID)
    #expect(first.bootstrapServers != second.bootstrapServers)
  }

  @Test func whatIsProducedIsReadByAGroup() throws {
    let broker = try EmbeddedBroker()
    try broker.createTopic("a", partitions: 2)
    let properties = KafkaProperties([("bootstrap.servers", broker.bootstrapServers)])
    let producer = try PlainProducer(properties)
    defer { producer.close() }
    try producer.produce(
      (0..<20).map { PlainProducer.Message(topic: "a", key: Array("\($0)".utf8), value: Array("v\($0)".utf8)) })
    try producer.produce(topic: "a", key: [65], value: nil)
    let consumer = try GroupConsumer(
      ConsumerSettings(properties: properties, group: "g"), assigned: { _ in [:] }, revoked: { _ in })
    defer { consumer.close() }
    try consumer.subscribe(to: ["a"])
    var records: [ReadRecord] = []
    try eventually {
      let batch = RecordBatch()
      _ = try consumer.poll(into: batch, limit: 1 << 20, patience: .milliseconds(100))
      records += ReadRecord.all(of: batch)
      return records.count == 21
    }
    #expect(Set(records.compactMap(\.value)) == Set((0..<20).map { "v\($0)" }))
    #expect(records.filter { $0.value == nil }.map(\.key) == ["A"])
    #expect(consumer.lag.values.allSatisfy { $0 == 0 })
    try consumer.commit(consumer.positions)
    let committed = try consumer.committedOffsets(consumer.assignment)
    #expect(committed.values.reduce(0, +) == 21)
  }

  @Test func aLimitSplitsWhatWaits() throws {
    let broker = try EmbeddedBroker()
    try broker.createTopic("a", partitions: 1)
    let properties = KafkaProperties([("bootstrap.servers", broker.bootstrapServers)])
    let producer = try PlainProducer(properties)
    defer { producer.close() }
    let value = [UInt8](repeating: 7, count: 1_000)
    try producer.produce((0..<50).map { PlainProducer.Message(topic: "a", key: [UInt8($0)], value: value) })
    let reader = TopicReader(properties, topic: "a")
    defer { reader.close() }
    var counts: [Int] = []
    while counts.reduce(0, +) < 50 && counts.count < 20 {
      let batch = RecordBatch()
      let outcome = try reader.poll(into: batch, limit: 10_000, patience: .seconds(2))
      counts.append(batch.records.count)
      #expect(batch.weight < 12_000)
      if outcome == .more { #expect(batch.records.count >= 9) }
    }
    #expect(counts.reduce(0, +) == 50)
    #expect(counts.count >= 5)
  }

  @Test func aProducerSaysWhyARecordIsRefused() throws {
    let broker = try EmbeddedBroker()
    let producer = try PlainProducer(
      KafkaProperties([("bootstrap.servers", broker.bootstrapServers), ("message.max.bytes", "1000")]))
    defer { producer.close() }
    let error = #expect(throws: CDCError.self) {
      try producer.produce(topic: "a", key: [1], value: [UInt8](repeating: 1, count: 5_000))
    }
    #expect(error?.code == .kafkaRecordTooLarge)
    try producer.produce(topic: "a", key: [1], value: [1])
  }

  @Test func aProducerWithoutBrokerGivesUpInTime() throws {
    let broker = try EmbeddedBroker()
    let producer = try PlainProducer(KafkaProperties([("bootstrap.servers", broker.bootstrapServers)]))
    defer { producer.close() }
    try producer.produce(topic: "a", key: [1], value: [1])
    broker.setBroker(1, isUp: false)
    let error = #expect(throws: CDCError.self) {
      try producer.produce(topic: "a", key: [2], value: [2], patience: .milliseconds(500))
    }
    #expect(error?.code == .kafkaUnreachable)
    broker.setBroker(1, isUp: true)
    try producer.produce(topic: "a", key: [3], value: [3])
  }
}
