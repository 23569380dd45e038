internal import ChangeModel
internal import Flow
internal import Telemetry

/// Knows how many dead letters are open, for metrics and health: a thread looks at the topics now and then and reads on
/// what came since. While no connector has such a topic it only sleeps.
final class DeadLetterMonitor: @unchecked Sendable {
  /// What is open of one connector in one topic.
  struct Reading: Equatable {
    var topic: String
    var connector: String
    /// By code.
    var causes: [String: Int] = [:]
    /// The timestamp of the oldest, milliseconds since 1970.
    var oldest: Int64?

    var depth: Int { causes.values.reduce(0, +) }

    /// The age of the oldest at a moment in microseconds since 1970, in seconds.
    func oldestSeconds(now: Int64) -> Double? { oldest.map { max(0, Double(now / 1000 - $0) / 1000) } }
  }

  private let interval: Duration
  private let log: Log
  private let stop = StopFlag()
  private let lock = Lock()
  private var current: [String: [Reading]] = [:]
  private var isAsked = false
  private var thread: WorkerThread?

  /// A monitor that does not look yet.
  init(interval: Duration = .seconds(15), log: Log) {
    self.interval = interval
    self.log = log
  }

  /// What was open at the last look.
  var readings: [Reading] {
    lock.withLock { current.sorted { $0.key < $1.key }.flatMap(\.value) }
  }

  /// Begins to look, once. `topics` are those to look at, asked before each look.
  func start(_ topics: @escaping @Sendable () -> [DeadLetterTopic]) {
    let started = WorkerThread.start("dead-letters") { [self] in run(topics) }
    lock.withLock { thread = started }
  }

  /// Looks again now.
  func wake() {
    lock.withLock {
      isAsked = true
      lock.wakeAll()
    }
  }

  /// Ends the looking, within `patience`.
  func shutDown(patience: Duration = .seconds(3)) {
    stop.raise()
    wake()
    lock.withLock { thread }?.join(patience: patience)
  }

  private func run(_ asked: () -> [DeadLetterTopic]) {
    var watches: [String: DeadLetterWatch] = [:]
    var patience: Duration = .seconds(1)
    while !sleep(patience) {
      patience = interval
      let topics = asked()
      for gone in watches.keys.filter({ name in !topics.contains { $0.name == name } }) {
        watches[gone] = nil
        _ = lock.withLock { current.removeValue(forKey: gone) }
      }
      for topic in topics where !stop.isRaised { look(at: topic, &watches[topic.name, default: DeadLetterWatch()]) }
    }
  }

  private func look(at topic: DeadLetterTopic, _ watch: inout DeadLetterWatch) {
    do throws(CDCError) {
      guard try watch.update(topic, stop: stop) else { return }
    } catch {
      // The next look reads on. Kafka's being away shows elsewhere.
      if !stop.isRaised { log.debug("topic \(topic.name) can't be looked at: \(error.description)") }
      return
    }
    var readings: [String: Reading] = [:]
    for (cause, found) in watch.counts where found.count > 0 {
      var reading = readings[cause.connector] ?? Reading(topic: topic.name, connector: cause.connector)
      reading.causes[cause.code, default: 0] += found.count
      if let oldest = found.oldest { reading.oldest = min(reading.oldest ?? .max, oldest) }
      readings[cause.connector] = reading
    }
    let sorted = readings.values.sorted { $0.connector < $1.connector }
    lock.withLock { current[topic.name] = sorted }
  }

  /// Waits for the next look. True: the end has come.
  private func sleep(_ duration: Duration) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: duration)
    while !isAsked, lock.wait(deadline) {}
    isAsked = false
    return stop.isRaised
  }
}
