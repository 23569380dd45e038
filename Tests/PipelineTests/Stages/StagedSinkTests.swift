import Avro
import ChangeModel
import JSON
import Pipeline
import Testing

/// A sink behind stages: what they refuse is put away before the sink's offsets move past it.
@Suite struct StagedSinkTests {
  /// Notes what it is given.
  private final class Sink: RecordSink {
    var offsets: [[Int64]] = []
    var excluded: [[Bool]] = []
    var parkedBefore: [Int] = []
    var handler: Handler?

    func start() throws {}
    func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] { [:] }
    func revoked(_ partitions: [TopicPartition]) {}
    func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64] {
      offsets.append(batch.records.map(\.offset))
      excluded.append(batch.records.map(\.isExcluded))
      parkedBefore = handler?.parked ?? []
      return [TopicPartition(topic: "a", partition: 2): (batch.records.last?.offset ?? 0) + 1]
    }
    func stop() {}
  }

  /// Takes what it is told to, and one more record that waits behind it.
  private final class Handler: RejectionHandler {
    var parked: [Int] = []
    let accepted: Set<Int>
    let waiting: Int?

    init(_ accepted: Set<Int>, waiting: Int? = nil) {
      self.accepted = accepted
      self.waiting = waiting
    }

    func accepts(_ rejection: Rejection, of batch: RecordBatch) -> Bool { accepted.contains(rejection.record) }
    func park(_ rejections: [Rejection], of batch: RecordBatch) throws(CDCError) {
      parked += rejections.map(\.record)
      for rejection in rejections { batch.records[rejection.record].isExcluded = true }
      if let waiting { batch.records[waiting].isExcluded = true }
    }
  }

  private let registry = MemoryRegistry()
  private let sink = Sink()

  private func staged() throws -> StagedSink {
    try registry.add(Wire.row, id: 7)
    let pipeline = try Stages.pipeline(
      [
        "transforms": "c", "transforms.c.type": "org.apache.kafka.connect.transforms.Cast$Value",
        "transforms.c.spec": "note:int32",
      ], registry)
    return StagedSink(sink, behind: pipeline)
  }

  private func batch(_ notes: [String]) throws -> RecordBatch {
    let builder = BatchBuilder(topics: ["a"])
    for note in notes {
      builder.add(
        value: try Wire.bytes(
          try registry.schema(id: 7), id: 7,
          ["id": 1, "name": nil, "email": "e", "level": 1, "note": .string(note)]))
    }
    return builder.batch
  }

  @Test func theGoodPassAndTheBadAreParkedFirst() throws {
    let staged = try staged()
    let handler = Handler([1], waiting: 3)
    sink.handler = handler
    let durable = try staged.write(try batch(["1", "bad", "3", "4"]), rejected: handler)
    #expect(sink.excluded == [[false, true, false, true]])
    #expect(sink.parkedBefore == [1])
    #expect(durable.values.first == 104)
  }

  @Test func whatStandsBeforeAStoppingRecordIsWritten() throws {
    let staged = try staged()
    let handler = Handler([1])
    let error = #expect(throws: CDCError.self) {
      try staged.write(try batch(["1", "bad", "3", "worse", "5", "bad"]), rejected: handler)
    }
    #expect(error?.code.number == 8103)
    #expect(handler.parked == [1], "what stands behind the record that stops is not put away")
    #expect(sink.offsets == [[100, 101, 102]])
    #expect(sink.excluded == [[false, true, false]])
  }

  @Test func aBatchThatBeginsWithOneWritesNothing() throws {
    let staged = try staged()
    #expect(throws: CDCError.self) { try staged.write(try batch(["bad", "2"]), rejected: RejectNothing()) }
    #expect(sink.offsets.isEmpty)
  }
}
