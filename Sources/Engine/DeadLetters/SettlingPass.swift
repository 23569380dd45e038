internal import ChangeModel
internal import Flow
internal import KafkaClient

/// One reading of a topic of dead letters from its first record, in which what is meant and open is settled.
struct SettlingPass {
  private let work: DeadLetterSettling
  private var outcomes: [DeadLetterDigest: DeadLetterOutcome]
  /// Nil: a dry run.
  private let publisher: TransactionalPublisher?
  /// What it came to so far; counted when committed.
  var summary = DeadLetterSummary()
  /// Dead letters of a transaction whose end is not known.
  var uncommitted: [DeadLetterDigest] { batch.digests }

  private var batch = ReplayBatch()
  private let outcome: DeadLetterOutcome
  private let statusValue: [UInt8]
  private var seen: Set<DeadLetterDigest> = []
  /// Keys with a dead letter that could not be replayed: later ones of them stay too.
  private var held: Set<DeadLetterDigest> = []
  /// Keys with an open dead letter that was not meant, and which that is.
  private var passedOver: [DeadLetterDigest: DeadLetterDigest] = [:]
  private let refusals: Refusals
  private var isFound = false
  private var isCalledOff = false
  private let pace: Pace
  private var askedAt = SystemTime.monotonicNanoseconds

  init(
    _ work: DeadLetterSettling, outcomes: [DeadLetterDigest: DeadLetterOutcome], publisher: TransactionalPublisher?,
    refusals: Refusals = Refusals()
  ) {
    self.work = work
    self.refusals = refusals
    self.outcomes = outcomes
    self.publisher = publisher
    pace = Pace(rate: work.rate)
    switch work.action {
    case .replay:
      outcome = .replayed
      statusValue = DeadLetterOutcome.replayed.statusValue(reason: nil)
    case .discard(let reason):
      outcome = .discarded
      statusValue = DeadLetterOutcome.discarded.statusValue(reason: reason)
    }
  }

  /// Reads and settles all.
  mutating func run(_ targets: inout ReplayTargets) throws(CDCError) {
    try work.source.forEach { letter throws(CDCError) in try take(letter, &targets) }
    try commit()
    guard isFound || isCalledOff || !work.selection.isNarrow else {
      throw CDCError(.deadLetterMissing, "topic \(work.source.name) has no dead letter \(work.selection.text)")
    }
  }

  /// Handles one dead letter. False: the work was called off.
  private mutating func take(_ letter: DeadLetter, _ targets: inout ReplayTargets) throws(CDCError) -> Bool {
    guard goesOn() else { return false }
    let isMeant = work.selection.contains(letter)
    if isMeant { isFound = true }
    guard outcomes[letter.digest] == nil, !seen.contains(letter.digest) else { return true }
    guard isMeant else {
      if work.selection.isNarrow, let key = letter.keyDigest { passedOver[key] = letter.digest }
      return true
    }
    seen.insert(letter.digest)
    summary.matched += 1
    let isSuspect = refusals.suspects.contains(letter.digest)
    if isSuspect { try commit() }
    do throws(CDCError) {
      try add(letter, &targets)
    } catch {
      guard error.code.failureClass == .poison else { throw error }
      summary.fail(error)
      if let key = letter.keyDigest { held.insert(key) }
      return true
    }
    if isSuspect || batch.isFull || batch.digests.count >= pace.batch { try commit() }
    return true
  }

  private mutating func add(_ letter: DeadLetter, _ targets: inout ReplayTargets) throws(CDCError) {
    if let refusal = refusals.refused[letter.digest] { throw refusal }
    if case .replay(let edit) = work.action {
      guard letter.hasOrigin else {
        throw CDCError(.deadLetterTarget, "its headers don't say where it came from")
      }
      let key = letter.keyDigest
      if let key, held.contains(key) {
        throw CDCError(.deadLetterHeld, "an earlier dead letter of the same key stays where it is")
      }
      if letter.headers.text(.valueFormat) == "json", letter.identity.origin.isOfSource {
        throw CDCError(
          .deadLetterTarget, "its value is JSON because its source's converter could not write it")
      }
      let changed = edit.isEmpty ? nil : try edit.apply(to: letter, work.codecs)
      let target = try targets.target(of: letter.identity)
      // One that was written twice is not ahead of itself.
      if let key, let earlier = passedOver[key], earlier != letter.digest { summary.ahead += 1 }
      batch.addRecord(letter, to: target, value: changed)
    }
    batch.addOutcome(of: letter, in: work.source.statusTopic, statusValue)
  }

  /// Settles what was gathered: the records and their outcomes, or nothing of them.
  private mutating func commit() throws(CDCError) {
    guard !batch.isEmpty else { return }
    if let publisher {
      try publisher.add(batch.records)
      _ = try publisher.commitRecords()
    }
    for digest in batch.digests { outcomes[digest] = outcome }
    seen.subtract(batch.digests)
    summary.settled += batch.digests.count
    batch.reset()
    guard publisher != nil else { return }
    while let wait = pace.wait(after: summary.settled), goesOn() { _ = StopFlag().wait(wait) }
  }

  private mutating func goesOn() -> Bool {
    guard !isCalledOff else { return false }
    let now = SystemTime.monotonicNanoseconds
    guard now - askedAt > 500_000_000 else { return true }
    askedAt = now
    if !work.goesOn() { isCalledOff = true }
    return !isCalledOff
  }
}

extension SettlingPass {
  /// Dead letters whose records Kafka refused. Brokers refuse whole batches of records, so those of a refused transaction
  /// are tried one by one: what is refused alone stays, the others go without it.
  struct Refusals {
    /// Those refused, and why.
    private(set) var refused: [DeadLetterDigest: CDCError] = [:]
    /// Those of which one or more will be refused.
    private(set) var suspects: Set<DeadLetterDigest> = []

    /// A transaction with these was refused.
    mutating func note(_ error: CDCError, of letters: [DeadLetterDigest]) {
      if letters.count == 1 { refused[letters[0]] = error } else { suspects.formUnion(letters) }
    }
  }
}

/// Keeps to a number of dead letters per second.
private struct Pace {
  private let rate: Int?
  private let begun = SystemTime.monotonicNanoseconds

  init(rate: Int?) { self.rate = rate }

  /// Dead letters in one transaction at most: a fifth of a second's.
  var batch: Int { rate.map { max(1, $0 / 5) } ?? .max }

  /// How long to wait, half a second at most, before more than `count` may go; nil: not at all.
  func wait(after count: Int) -> Duration? {
    guard let rate else { return nil }
    let due = begun + Int64(Double(count) / Double(rate) * 1e9)
    let left = due - SystemTime.monotonicNanoseconds
    return left > 0 ? .nanoseconds(min(left, 500_000_000)) : nil
  }
}
