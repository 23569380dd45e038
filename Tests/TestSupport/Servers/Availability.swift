internal import Foundation

/// What this machine has for tests. What is missing is said once on standard error, and the tests that need it are
/// reported as skipped; with `CI=true` they run, and fail.
public enum Availability {
  /// Whether a skipped test counts as a failure.
  public static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

  /// Whether only tests without servers are wanted (`scripts/test --quick`).
  static let isQuick = ProcessInfo.processInfo.environment["MARTINET_TEST_QUICK"] == "1" && !isCI

  static let postgresHint = "no PostgreSQL server here (Debian: postgresql)"
  static let kafkaHint =
    "no real Kafka broker: MARTINET_TEST_KAFKA_HOME=<folder of the test kit> or MARTINET_TEST_KAFKA=HOST:PORT"
  static let kitHint = "no Kafka that tests may stop and kill: MARTINET_TEST_KAFKA_HOME=<folder of the test kit>"
  static let pythonHint = "no Python with the pinned packages: MARTINET_TEST_PYTHON (scripts/test makes it)"
  static let goldenHint = "no recorded events: MARTINET_TEST_GOLDEN=<folder>"
  static let programHint = "no built cdcd and cdcctl: MARTINET_TEST_BIN=<folder> (scripts/test builds them)"

  static func check(_ isThere: Bool, _ hint: String) -> Bool {
    if isQuick { return false }
    if !isThere { Announced.once("SKIPPED TESTS: \(hint)\n") }
    return isThere || isCI
  }

  private final class Announced: @unchecked Sendable {
    private static let shared = Announced()
    private let lock = NSLock()
    private var said: Set<String> = []

    static func once(_ line: String) {
      let isNew = shared.lock.withLock { shared.said.insert(line).inserted }
      if isNew { FileHandle.standardError.write(Data(line.utf8)) }
    }
  }
}
