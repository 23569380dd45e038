internal import Glibc

/// Named places at which a test has the process killed, to show that nothing is lost or doubled there: with
/// `MARTINET_KILL_AT=name`, or `name:3` for the third pass, the process gets SIGKILL from itself. Without the variable a
/// pass costs one comparison. They lie between two things of which the second must not be lost with the first.
public enum KillPoint: String, CaseIterable, Sendable {
  /// A source's records are in an open Kafka transaction, which is not committed.
  case sourceProduced = "source.produced"
  /// A source's transaction is committed; the database was not told yet.
  case sourceCommitted = "source.committed"
  /// A sink took records from Kafka and wrote nothing of them.
  case sinkReceived = "sink.received"
  /// Failed records are durable in their topic; the target knows nothing of it.
  case sinkParked = "sink.parked"
  /// An object is stored; the offset behind it is not committed.
  case sinkStored = "sink.stored"
  /// The target has the records; the consumer group was not told.
  case sinkWritten = "sink.written"
  /// The consumer group was told, too.
  case sinkCommitted = "sink.committed"

  private static let chosen: (name: String, passes: Int)? = {
    guard let text = getenv("MARTINET_KILL_AT").map({ String(cString: $0) }), !text.isEmpty else { return nil }
    let parts = text.split(separator: ":")
    return (String(parts[0]), parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
  }()
  private static let lock = Lock()
  nonisolated(unsafe) private static var passed = 0

  /// The process comes by here.
  @inline(__always) public func pass() {
    guard let chosen = Self.chosen else { return }
    reach(chosen)
  }

  private func reach(_ chosen: (name: String, passes: Int)) {
    guard chosen.name == rawValue else { return }
    let isDue = Self.lock.withLock {
      Self.passed += 1
      return Self.passed == chosen.passes
    }
    if isDue { kill(getpid(), SIGKILL) }
  }
}
