import ChangeModel
import KafkaClient
import TestSupport
import Testing

extension RealBrokerTests {
  @Suite struct TopicReaderTests {
    @Test func aMissingTopicIsAnErrorAndStaysMissing() throws {
      let name = uniqueName("absent")
      let error = #expect(throws: CDCError.self) { try TestCluster.records(name) }
      #expect(error?.code == .kafkaTopicMissing)
      let admin = try TestCluster.admin()
      defer { admin.close() }
      #expect(try !admin.topics().contains { $0.name == name })
    }

    @Test func anEmptyTopicHasAnEnd() throws {
      #expect(try TestCluster.records(try TestCluster.topic(partitions: 8)).isEmpty)
    }

    @Test func itGoesOnBehindTheEnd() throws {
      let topic = try TestCluster.topic(partitions: 2)
      let producer = try PlainProducer(try TestCluster.properties())
      defer { producer.close() }
      try put(producer, topic, ["a", "b", "c"])
      let reader = TopicReader(try TestCluster.properties(), topic: topic)
      defer { reader.close() }
      var keys: [String] = []
      let note = { (record: TopicRecord) throws(CDCError) in
        if let key = record.key { keys.append(String(decoding: key, as: UTF8.self)) }
      }
      try reader.readToEnd(note)
      #expect(keys.sorted() == ["a", "b", "c"])
      try reader.readToEnd(note)
      try put(producer, topic, ["d"])
      try reader.readToEnd(note)
      #expect(keys.sorted() == ["a", "b", "c", "d"])
      try put(producer, topic, ["e"])
      let batch = RecordBatch()
      #expect(
        try eventually {
          try reader.poll(into: batch, limit: 1 << 20, patience: .seconds(2)) == .dry && !batch.records.isEmpty
        })
      #expect(ReadRecord.all(of: batch).map(\.key) == ["e"])
    }

    @Test func itStartsWhereItIsTold() throws {
      let topic = try TestCluster.topic()
      let producer = try PlainProducer(try TestCluster.properties())
      defer { producer.close() }
      try put(producer, topic, (0..<10).map(String.init))
      #expect(try read(topic, .last(3)) == ["7", "8", "9"])
      #expect(try read(topic, .offsets([0: 8])) == ["8", "9"])
      #expect(try read(topic, .last(100)).count == 10)
      #expect(try read(topic, .end).isEmpty)
    }

    private func read(_ topic: String, _ start: TopicReader.Start) throws -> [String?] {
      let reader = TopicReader(try TestCluster.properties(), topic: topic, start: start)
      defer { reader.close() }
      let batch = RecordBatch()
      _ = try reader.poll(into: batch, limit: 1 << 20, patience: .seconds(1))
      return ReadRecord.all(of: batch).map(\.key)
    }

    private func put(_ producer: PlainProducer, _ topic: String, _ keys: [String]) throws {
      try producer.produce(keys.map { PlainProducer.Message(topic: topic, key: Array($0.utf8), value: [1]) })
    }
  }
}
