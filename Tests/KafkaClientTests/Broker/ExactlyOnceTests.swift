import ChangeModel
import Flow
import Foundation
import TestSupport
import Testing

@testable import KafkaClient

extension RealBrokerTests {
  @Suite struct ExactlyOnceTests {
    @Test func recordsAndOffsetAppearTogether() throws {
      let topic = try TestCluster.topic(partitions: 3)
      let name = uniqueName("c")
      let publisher = try TestCluster.publisher(name)
      defer { publisher.close() }
      #expect(try publisher.open() == nil)
      try publisher.add(Batches.numbers(topic, 0..<100))
      #expect(try TestCluster.records("offsets_\(name)").isEmpty)
      let (position, _) = try publisher.commit(Batches.offset(1))
      #expect(position.offset == Batches.offset(1))
      try publisher.add(Batches.numbers(topic, 100..<200))
      _ = try publisher.commit(Batches.offset(2))
      #expect(try TestCluster.records(topic).compactMap { $0.value.flatMap { Int($0) } }.sorted() == Array(0..<200))
      let offsets = try TestCluster.records("offsets_\(name)")
      #expect(offsets.last?.key == #"["\#(name)",{"server":"t"}]"#)
      #expect(offsets.last?.value == #"{"lsn":2}"#)
      let successor = try TestCluster.publisher(name)
      defer { successor.close() }
      #expect(try successor.open() == #"{"lsn":2}"#)
    }

    @Test func theOffsetsTopicIsCompacted() throws {
      let name = uniqueName("c")
      let publisher = try TestCluster.publisher(name)
      defer { publisher.close() }
      _ = try publisher.open()
      let admin = try TestCluster.admin()
      defer { admin.close() }
      let policy = try admin.configuration(of: "offsets_\(name)").first { $0.name == "cleanup.policy" }
      #expect(policy == TopicSetting(name: "cleanup.policy", value: "compact", isOwn: true))
    }

    /// A handle that is destroyed leaves its transaction open, as a killed process does.
    @Test func whatAKilledProducerLeftIsAborted() throws {
      let topic = try TestCluster.topic()
      let name = uniqueName("c")
      let killed = try TestCluster.publisher(name, [("transaction.timeout.ms", "60000")])
      _ = try killed.open()
      try killed.add(Batches.numbers(topic, 0..<10))
      _ = try killed.commit(Batches.offset(1))
      try killed.add(Batches.numbers(topic, 10..<20))
      #expect(try eventually { try TestCluster.records(topic, .uncommitted).count == 20 })
      killed.discard()
      let successor = try TestCluster.publisher(name)
      defer { successor.close() }
      #expect(try successor.open() == #"{"lsn":1}"#)
      try successor.add(Batches.numbers(topic, 10..<20))
      _ = try successor.commit(Batches.offset(2))
      #expect(try TestCluster.records(topic).compactMap { $0.value.flatMap { Int($0) } } == Array(0..<20))
    }

    @Test func closingAbortsWhatIsOpen() throws {
      let topic = try TestCluster.topic()
      let publisher = try TestCluster.publisher(uniqueName("c"))
      _ = try publisher.open()
      try publisher.add(Batches.numbers(topic, 0..<10))
      publisher.close()
      #expect(try TestCluster.records(topic).isEmpty)
    }

    @Test func aSuccessorFencesAProducerInTheMiddle() throws {
      let topic = try TestCluster.topic()
      let name = uniqueName("c")
      let first = try TestCluster.publisher(name)
      defer { first.close() }
      _ = try first.open()
      try first.add(Batches.numbers(topic, 0..<10))
      let second = try TestCluster.publisher(name)
      defer { second.close() }
      #expect(try second.open() == nil)
      let error = #expect(throws: CDCError.self) { try first.commit(Batches.offset(1)) }
      #expect(error?.code == .kafkaFenced)
      try second.add(Batches.numbers(topic, 0..<10))
      _ = try second.commit(Batches.offset(1))
      #expect(try TestCluster.records(topic).count == 10)
    }

    @Test func anIdleZombieLearnsThatItIsFenced() throws {
      let name = uniqueName("c")
      let zombie = try TestCluster.publisher(name)
      defer { zombie.close() }
      _ = try zombie.open()
      _ = try zombie.commit(Batches.offset(1))
      let successor = try TestCluster.publisher(name)
      defer { successor.close() }
      #expect(try successor.open() == #"{"lsn":1}"#)
      let error = #expect(throws: CDCError.self) { try zombie.commit(Batches.offset(2)) }
      #expect(error?.code == .kafkaFenced)
      #expect(try successor.open() == #"{"lsn":1}"#)
    }

    @Test func itsOwnTimeoutIsNotAnotherInstance() throws {
      let topic = try TestCluster.topic()
      let name = uniqueName("c")
      let publisher = try TestCluster.publisher(
        name, [("transaction.timeout.ms", "1500")])
      defer { publisher.close() }
      _ = try publisher.open()
      try publisher.add(Batches.numbers(topic, 0..<10))
      pauseThread(3)
      let error = #expect(throws: CDCError.self) { try publisher.commit(Batches.offset(1)) }
      #expect(error?.code == .kafkaPositionMayDiffer)
      #expect(try publisher.open() == nil)
      try publisher.add(Batches.numbers(topic, 0..<10))
      _ = try publisher.commit(Batches.offset(1))
      #expect(try TestCluster.records(topic).count == 10)
    }

    @Test func anOpenTransactionOfAnotherConnectorDoesNotHideTheOffset() throws {
      let offsets = try TestCluster.topic("offsets", [("cleanup.policy", "compact")])
      let other = try TestCluster.publisher(uniqueName("o"), offsets: offsets)
      _ = try other.open()
      _ = try other.commit(Batches.offset(1))
      let name = uniqueName("c")
      let own = try TestCluster.publisher(name, offsets: offsets)
      _ = try own.open()
      // The first record of the other's transaction is its last offset: the partition takes part from here on.
      let topic = try TestCluster.topic()
      try other.add(Batches.numbers(topic, 0..<1))
      #expect(try eventually { try TestCluster.records(topic, .uncommitted).count == 1 })
      _ = try own.commit(Batches.offset(5))
      own.close()
      var hasty = try TestCluster.settings(name, offsets: offsets)
      hasty.openPatience = .seconds(1)
      let impatient = TransactionalPublisher(hasty)
      let error = #expect(throws: CDCError.self) { try impatient.open() }
      #expect(error?.code == .kafkaStoredOffsetUnreadable)
      let box = Unsafe(other)
      let ending = WorkerThread.start("end-other") {
        pauseThread(1)
        _ = try? box.value.commit(Batches.offset(2))
        box.value.close()
      }
      let successor = try TestCluster.publisher(name, offsets: offsets)
      defer { successor.close() }
      #expect(try successor.open() == #"{"lsn":5}"#)
      #expect(ending.join(patience: .seconds(5)))
    }

    @Test func aTombstoneIsNone() throws {
      let name = uniqueName("c")
      let publisher = try TestCluster.publisher(name)
      _ = try publisher.open()
      _ = try publisher.commit(Batches.offset(1))
      publisher.close()
      let producer = try PlainProducer(try TestCluster.properties())
      defer { producer.close() }
      try producer.produce(
        topic: "offsets_\(name)", key: OffsetKey.make(connector: name, partition: #"{"server":"t"}"#), value: nil)
      let successor = try TestCluster.publisher(name)
      defer { successor.close() }
      #expect(try successor.open() == nil)
    }

    @Test func aTopicsLimitFailsWithTheTopicsName() throws {
      let topic = try TestCluster.topic("small", [("max.message.bytes", "2000")])
      let publisher = try TestCluster.publisher(uniqueName("c"))
      defer { publisher.close() }
      _ = try publisher.open()
      let error = #expect(throws: CDCError.self) {
        try publisher.add(Batches.make(topic, [("k", String(repeating: "x", count: 5_000))]))
        _ = try publisher.commit(Batches.offset(1))
      }
      #expect(error?.code == .kafkaRecordTooLarge)
      #expect(error?.message.contains(topic) == true)
      #expect(publisher.lastRecordFailure?.topic == topic)
      #expect(try publisher.open() == nil)
      #expect(try TestCluster.records(topic).isEmpty)
    }

    @Test func headersArriveInOrder() throws {
      let topic = try TestCluster.topic()
      let publisher = try TestCluster.publisher(uniqueName("c"))
      defer { publisher.close() }
      _ = try publisher.open()
      let batch = Batches.make(topic, [("a", "1"), ("b", ""), (nil, nil), ("", "2")])
      batch.headerSets = [[Header(name: "s", value: Array("1".utf8)), Header(name: "n", value: nil)], []]
      batch.records[0].headerSet = 0
      let start = batch.bytes.count
      HeaderList.append(name: "own", value: UnsafeRawBufferPointer(start: nil, count: 0), to: &batch.bytes)
      batch.records[1].headers = ByteRange(offset: start, count: batch.bytes.count - start)
      batch.records[1].headerSet = 0
      batch.records[2].headers = batch.records[1].headers
      try publisher.add(batch)
      _ = try publisher.commit(Batches.offset(1))
      let reader = TopicReader(try TestCluster.properties(), topic: topic)
      defer { reader.close() }
      let read = RecordBatch()
      #expect(
        try eventually {
          try reader.poll(into: read, limit: 1 << 20, patience: .seconds(1)) == .dry && read.records.count == 4
        })
      let records = ReadRecord.all(of: read)
      #expect(records.map(\.headers) == [["s=1", "n=null"], ["own=", "s=1", "n=null"], ["own="], []])
      #expect(records.map(\.key) == ["a", "b", nil, ""])
      #expect(records.map(\.value) == ["1", "", nil, "2"])
    }

    @Test func aKilledBrokerLosesAndDoublesNothing() throws {
      let topic = try TestCluster.topic(partitions: 3)
      let name = uniqueName("c")
      let publisher = try TestCluster.publisher(name)
      defer { publisher.close() }
      _ = try publisher.open()
      let broker = try TestCluster.broker()
      let killing = WorkerThread.start("kill-broker") {
        pauseThread(0.5)
        try? broker.restart()
      }
      var number = 0
      while !killing.hasEnded || number < 20 {
        try publisher.add(Batches.numbers(topic, number * 50..<(number + 1) * 50))
        _ = try publisher.commit(Batches.offset(number))
        number += 1
        if number > 200 { pauseThread(0.02) }
      }
      #expect(publisher.abortedTransactions == 0)
      let values = try TestCluster.records(topic).compactMap { $0.value.flatMap { Int($0) } }
      #expect(values.sorted() == Array(0..<number * 50))
      #expect(try publisher.open() == #"{"lsn":\#(number - 1)}"#)
    }

    @Test func aDeletedTopicIsNoEndlessLoop() throws {
      let topic = try TestCluster.topic()
      let publisher = try TestCluster.publisher(
        uniqueName("c"), [("transaction.timeout.ms", "5000")])
      defer { publisher.close() }
      _ = try publisher.open()
      try publisher.add(Batches.numbers(topic, 0..<10))
      _ = try publisher.commit(Batches.offset(1))
      let admin = try TestCluster.admin()
      defer { admin.close() }
      try admin.deleteTopics([topic])
      let error = #expect(throws: CDCError.self) {
        try publisher.add(Batches.numbers(topic, 10..<20))
        _ = try publisher.commit(Batches.offset(2))
      }
      #expect(error?.code.failureClass == .target)
      #expect(try publisher.open() == #"{"lsn":1}"#)
    }
  }
}

/// Hands a value to another thread that is known not to be used here meanwhile.
struct Unsafe<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
