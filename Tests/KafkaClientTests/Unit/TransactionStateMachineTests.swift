import CRDKafka
import Testing

@testable import KafkaClient

/// The table of states, without a socket. Times in nanoseconds; the transaction timeout is 60 s.
@Suite struct TransactionStateMachineTests {
  private static let second: Int64 = 1_000_000_000
  private let second = Self.second
  private let deadline = 120 * Self.second
  private let retriable = CallFailure(.retriable, .timedOut)
  private let abortable = CallFailure(.abortable, KafkaErrorCode(rawValue: 49))
  private let fenced = CallFailure(.fatal, .fenced)
  private let invalidState = CallFailure(.fatal, KafkaErrorCode(rawValue: 48))

  private func ready() -> TransactionStateMachine {
    var machine = TransactionStateMachine(transactionTimeout: 60 * second)
    machine.opened()
    return machine
  }

  private func open(at now: Int64 = 0) -> TransactionStateMachine {
    var machine = ready()
    machine.began(at: now)
    return machine
  }

  private func committing(at now: Int64 = 0) -> TransactionStateMachine {
    var machine = open(at: now)
    #expect(machine.commitWanted(at: now) == .commit)
    return machine
  }

  @Test func theFirstRecordBegins() {
    var machine = ready()
    #expect(machine.recordsWait() == .begin)
    machine.began(at: 5)
    #expect(machine.state == .open && machine.begunAt == 5)
    #expect(machine.recordsWait() == .produce)
  }

  @Test func aCommitDelivers() {
    var machine = committing()
    #expect(machine.commitReturned(nil, deadline: deadline, at: 1) == .deliver)
    #expect(machine.state == .ready && machine.abortCount == 0)
  }

  @Test func aCommitThatTimedOutIsCommittedAgainUntilTheDeadline() {
    var machine = committing()
    #expect(machine.commitReturned(retriable, deadline: deadline, at: 2 * second) == .commit)
    #expect(machine.commitReturned(retriable, deadline: deadline, at: 119 * second) == .commit)
    #expect(machine.commitReturned(retriable, deadline: deadline, at: 120 * second) == .recreate(retriable))
    #expect(machine.state == .closed)
  }

  @Test func onceCommitWasCalledThereIsNoAbort() {
    var machine = committing()
    #expect(machine.abandoned(at: 1) == .rest)
    #expect(machine.recordsWait() != .begin && machine.recordsWait() != .produce)
  }

  @Test func anAbortableErrorAbortsAndSendsAgain() {
    var machine = committing()
    #expect(machine.commitReturned(abortable, deadline: deadline, at: 1) == .abort)
    #expect(machine.abortReturned(retriable, reported: nil, deadline: deadline, at: 2) == .abort)
    #expect(machine.abortReturned(nil, reported: nil, deadline: deadline, at: 3) == .resend(thenCommit: true))
    #expect(machine.abortCount == 1)
  }

  @Test func twoAbortsInARowAreNormalTheThirdFails() {
    var machine = committing()
    for count in 1...3 {
      #expect(machine.commitReturned(abortable, deadline: deadline, at: 1) == .abort)
      let action = machine.abortReturned(nil, reported: nil, deadline: deadline, at: 2)
      guard count < 3 else {
        #expect(action == .fail(abortable))
        continue
      }
      #expect(action == .resend(thenCommit: true))
      machine.began(at: 3)
      #expect(machine.commitWanted(at: 3) == .commit)
    }
    #expect(machine.state == .closed)
  }

  @Test func aCommitForgetsTheAbortsBefore() {
    var machine = committing()
    _ = machine.commitReturned(abortable, deadline: deadline, at: 1)
    _ = machine.abortReturned(nil, reported: nil, deadline: deadline, at: 2)
    machine.began(at: 3)
    _ = machine.commitWanted(at: 3)
    #expect(machine.commitReturned(nil, deadline: deadline, at: 4) == .deliver)
    #expect(machine.abortCount == 0)
  }

  @Test func whatTheReportsSayIsTheReason() {
    let large = CallFailure(.abortable, .messageTooLarge)
    var machine = committing()
    for _ in 1...2 {
      _ = machine.commitReturned(abortable, deadline: deadline, at: 1)
      _ = machine.abortReturned(nil, reported: large, deadline: deadline, at: 2)
      machine.began(at: 3)
      _ = machine.commitWanted(at: 3)
    }
    _ = machine.commitReturned(abortable, deadline: deadline, at: 4)
    #expect(machine.abortReturned(nil, reported: large, deadline: deadline, at: 5) == .fail(large))
  }

  @Test func aRecordThatIsRefusedForGoodIsAbortedAndNeverCommitted() {
    let large = CallFailure(.other, .messageTooLarge)
    var machine = open()
    #expect(machine.produceFailed(large, isStanding: true, at: 1) == .abort)
    #expect(machine.abortReturned(nil, reported: nil, deadline: deadline, at: 2) == .fail(large))
    var failing = open()
    _ = failing.produceFailed(large, isStanding: true, at: 1)
    #expect(failing.abortReturned(invalidState, reported: nil, deadline: deadline, at: 2) == .fail(large))
  }

  @Test func produceAfterAnErrorAborts() {
    var machine = open()
    #expect(machine.produceFailed(CallFailure(.other, .state), isStanding: false, at: 1) == .abort)
    #expect(machine.abortReturned(nil, reported: nil, deadline: deadline, at: 2) == .resend(thenCommit: false))
  }

  @Test func aTopicThatIsGoneFailsAtTheFirstAbort() {
    let missing = CallFailure(.abortable, KafkaErrorCode(rawValue: RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC.rawValue))
    var machine = committing()
    _ = machine.commitReturned(abortable, deadline: deadline, at: 1)
    #expect(machine.abortReturned(nil, reported: missing, deadline: deadline, at: 2) == .fail(missing))
  }

  @Test(arguments: [
    RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
  ]) func fencedIsAnotherInstance(_ code: rd_kafka_resp_err_t) {
    let failure = CallFailure(.fatal, KafkaErrorCode(rawValue: code.rawValue))
    var machine = committing(at: 10 * second)
    #expect(machine.commitReturned(failure, deadline: deadline, at: 70 * second) == .fail(failure))
    #expect(machine.state == .closed)
  }

  @Test func fencedInATransactionOlderThanItsTimeoutIsItsOwnFault() {
    var machine = committing(at: 10 * second)
    #expect(machine.commitReturned(fenced, deadline: deadline, at: 70 * second + 1) == .recreate(fenced))
  }

  @Test func fencedWithoutATransactionIsAnotherInstance() {
    var machine = ready()
    #expect(machine.beginFailed(fenced, at: 1_000 * second) == .fail(fenced))
  }

  @Test func theAgeIsThatOfTheTransactionAndNotOfAnEarlierOne() {
    var machine = committing(at: 0)
    _ = machine.commitReturned(nil, deadline: deadline, at: 1)
    #expect(machine.beginFailed(fenced, at: 100 * second) == .fail(fenced))
  }

  @Test func otherFatalErrorsRecreate() {
    var machine = committing()
    #expect(machine.commitReturned(invalidState, deadline: deadline, at: 1) == .recreate(invalidState))
    var aborting = open()
    _ = aborting.produceFailed(CallFailure(.other, .state), isStanding: false, at: 1)
    #expect(aborting.abortReturned(invalidState, reported: nil, deadline: deadline, at: 2) == .recreate(invalidState))
    var producing = open()
    #expect(producing.produceFailed(invalidState, isStanding: false, at: 1) == .recreate(invalidState))
  }

  @Test(arguments: [
    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,
  ]) func whatOnlyAnOperatorCanMendFails(_ code: rd_kafka_resp_err_t) {
    let failure = CallFailure(.fatal, KafkaErrorCode(rawValue: code.rawValue))
    var machine = committing()
    #expect(machine.commitReturned(failure, deadline: deadline, at: 1) == .fail(failure))
  }

  @Test func anAbortThatNeverReturnsRecreates() {
    var machine = open()
    _ = machine.produceFailed(CallFailure(.other, .state), isStanding: false, at: 0)
    #expect(machine.abortReturned(retriable, reported: nil, deadline: deadline, at: 119 * second) == .abort)
    #expect(
      machine.abortReturned(retriable, reported: nil, deadline: deadline, at: 121 * second) == .recreate(retriable))
  }

  @Test func stoppingAbortsWhatIsOpen() {
    var machine = open()
    #expect(machine.abandoned(at: 1) == .abort)
    #expect(machine.abortReturned(nil, reported: nil, deadline: deadline, at: 2) == .rest)
    #expect(machine.state == .ready)
    var idle = ready()
    #expect(idle.abandoned(at: 1) == .rest)
  }

  @Test func nothingHappensWithoutAProducer() {
    var machine = TransactionStateMachine(transactionTimeout: 1)
    if case .recreate = machine.recordsWait() {} else { Issue.record("must ask for a producer") }
    if case .recreate = machine.commitWanted(at: 0) {} else { Issue.record("must ask for a producer") }
  }
}
