internal import CRDKafka
internal import ChangeModel
internal import Flow

extension TransactionalPublisher {
  private static let patienceWhenStopping: Int64 = 3_000_000_000

  /// How long one call may take, in milliseconds; then it is called again.
  private var callPatience: Int32 { stop?.isRaised ?? false ? 500 : 2_000 }

  /// Does what the state machine says until it rests. `first` is the first of the kept batches that is not in the
  /// transaction yet; with `commits`, the transaction is committed, with `offset` if there is one.
  func run(
    _ start: TransactionStateMachine.Action, sending first: Int, offset: OffsetRecord?, commits: Bool
  ) throws(CDCError) {
    var action = start
    var next = first
    while true {
      switch action {
      case .begin: action = try begin() ?? .produce
      case .resend:
        abortedTransactions += 1
        next = 0
        action = try begin() ?? .produce
      case .produce:
        guard let failed = try produce(from: next, offset) else {
          guard commits else { return }
          action = machine.commitWanted(at: SystemTime.monotonicNanoseconds)
          continue
        }
        action = failed
      case .commit: action = callCommit()
      case .abort: action = callAbort(deadline: deadline)
      case .deliver:
        try verifyDelivery()
        return
      case .rest: return
      case .recreate(let failure):
        discard()
        throw CDCError(
          .kafkaPositionMayDiffer, "the Kafka producer of connector \(settings.connector) was given up",
          cause: "\(failure.code.name): \(failure.text)")
      case .fail(let failure): throw fail(failure)
      }
    }
  }

  private var deadline: Int64 { stop?.isRaised ?? false ? Self.patienceWhenStopping : 2 * settings.transactionTimeout }

  /// Begins a transaction with the stored offset, so that the offsets partition takes part from the start and the commit
  /// need not wait for that.
  private func begin() throws(CDCError) -> TransactionStateMachine.Action? {
    let session = try connected()
    let now = SystemTime.monotonicNanoseconds
    reports.reset()
    lastRecordFailure = nil
    session.producer.accepted = 0
    if let failure = permanentFailure(session) { return machine.beginFailed(failure, at: now) }
    if let failure = CallFailure(taking: rd_kafka_begin_transaction(session.client.pointer)) {
      return machine.beginFailed(failure.resolvingFatal(of: session.client.pointer), at: now)
    }
    machine.began(at: now)
    guard !batches.isEmpty, let lastOffset else { return nil }
    return produce(lastOffset, session)
  }

  /// Produces the batches from `first` on, then the offset; nil: all were taken.
  private func produce(from first: Int, _ offset: OffsetRecord?) throws(CDCError) -> TransactionStateMachine.Action? {
    let session = try connected()
    for number in first..<batches.count {
      let refusal: RecordProducer.Refusal?
      do throws(CDCError) {
        refusal = try session.producer.produce(batches[number], number: number, mayWait: mayWait)
      } catch {
        discard()
        throw error
      }
      if let refusal { return refused(refusal) }
    }
    return offset.flatMap { produce($0, session) }
  }

  private func produce(_ offset: OffsetRecord, _ session: Session) -> TransactionStateMachine.Action? {
    session.producer.produce(
      to: session.offsetsTopic, key: offset.key, value: offset.value, tag: .offset, mayWait: mayWait
    ).map(refused)
  }

  private func refused(_ refusal: RecordProducer.Refusal) -> TransactionStateMachine.Action {
    if refusal.isStanding { lastRecordFailure = refusal.record }
    return machine.produceFailed(refusal.failure, isStanding: refusal.isStanding, at: SystemTime.monotonicNanoseconds)
  }

  /// Whether to wait for room in the queue: while stopping, only as long as a healthy broker needs.
  private func mayWait() -> Bool {
    guard stop?.isRaised ?? false else { return true }
    let now = SystemTime.monotonicNanoseconds
    let since = stopSeenAt ?? now
    stopSeenAt = since
    return now - since < Self.patienceWhenStopping
  }

  private func callCommit() -> TransactionStateMachine.Action {
    guard let session else { return machine.commitReturned(.closed, deadline: 0, at: 0) }
    let handle = session.client.pointer
    let failure = CallFailure(taking: rd_kafka_commit_transaction(handle, callPatience))?.resolvingFatal(
      of: handle)
    // A commit of a producer that failed for good may cover only what was sent before.
    let result = failure ?? permanentFailure(session)
    return machine.commitReturned(result, deadline: deadline, at: SystemTime.monotonicNanoseconds)
  }

  func callAbort(deadline: Int64) -> TransactionStateMachine.Action {
    guard let session else { return machine.abortReturned(.closed, reported: nil, deadline: 0, at: 0) }
    let handle = session.client.pointer
    let failure = CallFailure(taking: rd_kafka_abort_transaction(handle, callPatience))?.resolvingFatal(of: handle)
    if let telling = reports.telling, lastRecordFailure == nil { lastRecordFailure = telling }
    let reported = lastRecordFailure.map { CallFailure(.abortable, $0.code, $0.code.text) }
    return machine.abortReturned(failure, reported: reported, deadline: deadline, at: SystemTime.monotonicNanoseconds)
  }

  private func permanentFailure(_ session: Session) -> CallFailure? {
    guard rd_kafka_fatal_error(session.client.pointer, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return CallFailure(.fatal, .fatal).resolvingFatal(of: session.client.pointer)
  }

  /// Each record of a committed transaction must have been reported as delivered.
  private func verifyDelivery() throws(CDCError) {
    guard let session, reports.delivered == session.producer.accepted else {
      let (delivered, accepted) = (reports.delivered, session?.producer.accepted ?? 0)
      discard()
      throw CDCError(
        .kafkaDeliveryUnproven, "only \(delivered) of \(accepted) records of a committed transaction were confirmed")
    }
    session.producer.rest()
    status.succeeded()
  }

  private func connected() throws(CDCError) -> Session {
    guard let session else { throw CDCError(.kafkaUnexpected, "the publisher of \(settings.connector) is not open") }
    return session
  }

  /// Closes the publisher and says why.
  private func fail(_ failure: CallFailure) -> CDCError {
    let place = lastRecordFailure.map { " for topic \($0.topic)" } ?? ""
    discard()
    let detail = "\(failure.code.name): \(failure.text)"
    switch failure.code.errorCode {
    case .kafkaFenced:
      return CDCError(
        .kafkaFenced, "another producer took over transactional id \(settings.transactionalID)", cause: detail)
    case .kafkaUnexpected, .kafkaUnreachable:
      return CDCError(.kafkaTransactionAborted, "a transaction\(place) was aborted again and again", cause: detail)
    case let code:
      return CDCError(code, "a transaction of connector \(settings.connector)\(place) failed", cause: detail)
    }
  }
}

extension CallFailure {
  /// There is no producer.
  fileprivate static var closed: CallFailure { CallFailure(.other, .state, "the publisher is closed") }
}
