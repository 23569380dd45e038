import ChangeModel
import Flow
import Testing

@testable import Engine

@Suite struct TaskRunnerTests {
  private final class Count: @unchecked Sendable {
    private let lock = Lock()
    private var value = 0
    func next() -> Int {
      lock.withLock {
        value += 1
        return value
      }
    }
    var now: Int { lock.withLock { value } }
  }

  private func runner(_ policy: RetryPolicy, _ body: @escaping TaskRunner.Body) -> TaskRunner {
    TaskRunner(id: 0, threadName: "test", policy: policy, onError: { _, _ in }, body: body)
  }

  @Test func errorsThatMayPassAreTriedAgain() {
    let count = Count()
    let task = runner(RetryPolicy(maxRetries: nil, longestWait: .milliseconds(1))) { _ throws(CDCError) in
      if count.next() < 4 { throw CDCError(.stopTimedOut, "busy") }
      return .finished
    }
    task.start()
    #expect(task.join(patience: .seconds(5)))
    #expect(count.now == 4)
    #expect(task.retryCount == 3)
    if case .finished = task.currentPhase {} else { Issue.record("not finished") }
  }

  @Test func retriesAreLimited() {
    let count = Count()
    let task = runner(RetryPolicy(maxRetries: 2, longestWait: .milliseconds(1))) { _ throws(CDCError) in
      _ = count.next()
      throw CDCError(.stopTimedOut, "busy")
    }
    task.start()
    #expect(task.join(patience: .seconds(5)))
    #expect(count.now == 3)
    #expect(task.hasFailed)
  }

  @Test func progressForgetsEarlierErrors() {
    let count = Count()
    let task = runner(RetryPolicy(maxRetries: 1, longestWait: .milliseconds(1))) { context throws(CDCError) in
      if count.next() < 6 {
        context.progressed()
        throw CDCError(.stopTimedOut, "busy")
      }
      return .finished
    }
    task.start()
    #expect(task.join(patience: .seconds(5)))
    #expect(count.now == 6)
  }

  @Test func fatalErrorsEndIt() {
    let task = runner(RetryPolicy(maxRetries: nil, longestWait: .milliseconds(1))) { _ throws(CDCError) in
      throw CDCError(.unexpected, "no")
    }
    task.start()
    #expect(task.join(patience: .seconds(5)))
    #expect(task.hasFailed && task.retryCount == 0)
  }

  @Test func stoppingEndsAWait() {
    let task = runner(RetryPolicy(maxRetries: nil, longestWait: .seconds(60))) { _ throws(CDCError) in
      throw CDCError(.stopTimedOut, "busy")
    }
    task.start()
    task.requestStop(keepingState: true)
    #expect(task.join(patience: .seconds(5)))
  }
}
