import ChangeModel
import Testing

@testable import Engine

@Suite struct EmbeddedFlowTests {
  private let zero = TopicPartition(topic: "t", partition: 0)
  private func offset(_ number: UInt64) -> SourceOffset {
    SourceOffset(partition: "{}", value: "\(number)", position: number)
  }

  @Test func withoutSinksWhatIsPublishedIsDurable() {
    let flow = EmbeddedFlow()
    flow.published(by: "s", offset(1), ends: [zero: 5], bytes: ["t": 100])
    #expect(flow.takeDurable("s") == offset(1))
    #expect(flow.takeDurable("s") == nil)
  }

  @Test func everySinkMustHaveIt() {
    let flow = EmbeddedFlow()
    flow.join(sink: "one", reads: { $0 == "t" })
    flow.join(sink: "two", reads: { _ in true })
    flow.join(sink: "other", reads: { $0 == "else" })
    flow.published(by: "s", offset(1), ends: [zero: 5], bytes: [:])
    flow.published(by: "s", offset(2), ends: [zero: 9], bytes: [:])
    flow.delivered(by: "one", [zero: 9])
    #expect(flow.takeDurable("s") == nil)
    flow.delivered(by: "two", [zero: 5])
    #expect(flow.takeDurable("s") == offset(1))
    flow.leave(sink: "two")
    #expect(flow.takeDurable("s") == offset(2))
  }

  @Test func aFullTopicHoldsTheSourceBack() {
    let flow = EmbeddedFlow()
    flow.join(sink: "one", reads: { $0 == "t" })
    flow.published(by: "s", offset(1), ends: [zero: 5], bytes: ["t": EmbeddedFlow.backlogLimit + 1, "u": 1 << 30])
    #expect(!flow.waitForRoom(["t"], patience: .milliseconds(10)))
    #expect(flow.waitForRoom(["u"], patience: .milliseconds(10)), "no sink reads it")
    flow.delivered(by: "one", [zero: 5])
    #expect(flow.waitForRoom(["t"], patience: .milliseconds(10)))
  }
}
