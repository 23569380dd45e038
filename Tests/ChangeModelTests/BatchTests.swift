import ChangeModel
import Testing

@Suite struct BatchTests {
  @Test func aRecordBatchWeighsItsBytesAndTables() {
    let batch = RecordBatch()
    #expect(batch.weight == 0)
    batch.bytes.append("0123456789")
    batch.records.append(Record(topic: 0))
    #expect(batch.weight == 10 + MemoryLayout<Record>.stride)
  }

  @Test func aResetRecordBatchKeepsTheNumbersOfTopics() {
    let batch = RecordBatch()
    batch.topics = ["crm.public.customers"]
    batch.headerSets = [[Header(name: "a", value: [1])]]
    batch.bytes.append("x")
    batch.records.append(Record(topic: 0))
    batch.endOffset = SourceOffset(partition: "{}", value: "{}", position: 4)
    batch.counts[Int(Operation.create.rawValue)] = 1
    batch.oldestCommitMicroseconds = 5
    batch.reset()
    #expect(batch.weight == 0)
    #expect(batch.endOffset == nil)
    #expect(batch.counts.allSatisfy { $0 == 0 })
    #expect(batch.oldestCommitMicroseconds == 0)
    #expect(batch.topics.count == 1)
    #expect(batch.headerSets.count == 1)
  }

  @Test func aNewRecordIsATombstoneWithoutKey() {
    let record = Record(topic: 3)
    #expect(!record.key.isPresent && !record.value.isPresent && !record.headers.isPresent)
    #expect(record.partition == -1 && record.offset == -1 && record.timestamp == -1 && record.headerSet == -1)
  }

  @Test func changesCanBeMarkedAndTakenBack() {
    let batch = ChangeBatch()
    #expect(batch.isEmpty)
    batch.markLast(.last)
    batch.append(Change(.read))
    batch.append(Change(.update))
    batch.markLast(.last)
    #expect(batch.changes[0].snapshot == .none)
    #expect(batch.changes[1].snapshot == .last)
    #expect(batch.removeLastChange()?.operation == .update)
    #expect(batch.changes.count == 1)
  }

  @Test func aBatchWithOnlyAnOffsetIsNotEmpty() {
    let batch = ChangeBatch()
    batch.endOffset = SourceOffset(partition: "{}", value: "{}", position: 1)
    #expect(!batch.isEmpty)
    batch.reset()
    #expect(batch.isEmpty)
  }

  @Test func operationsHaveDebeziumsLetters() {
    let letters = Operation.allCases.compactMap(\.letter)
    #expect(String(letters) == "rcudtm")
    #expect(Operation.begin.letter == nil && Operation.end.letter == nil)
  }

  @Test func anErrorSaysWhatWhereAndWhatToDo() throws {
    let code = try #require(ErrorCode.all.first)
    let error = CDCError(code, "the key slot.name is empty", cause: "said the server")
    #expect(error.description == "\(code.name): the key slot.name is empty (said the server). \(code.remedy)")
    #expect(code.name == "CDC-\(code.number)")
  }
}
