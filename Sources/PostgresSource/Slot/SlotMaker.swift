internal import ChangeModel
internal import PostgresClient

/// Makes replication slots.
struct SlotMaker {
  /// A slot that was made just now.
  struct Made {
    /// From here on its stream has every commit.
    var consistentPoint: LSN
    /// The snapshot of all commits before; valid until the replication connection is used again.
    var snapshotName: String?
  }

  let name: String
  let timeout: Duration
  /// Told what is waited for; nil: nothing any more.
  let notify: (String?) -> Void
  let isStopped: () -> Bool

  /// Makes the slot. It has to wait for all transactions that are open: `observer`, a second connection, finds out which.
  ///
  /// Throws `slotWaits` when it took too long, `sourceStopped`, and what the server says.
  func make(
    on replication: PostgresConnection, exportsSnapshot: Bool, observer: PostgresConnection
  ) throws(CDCError) -> Made {
    var waiting: String?
    var hasTimedOut = false
    defer { notify(nil) }
    let export = exportsSnapshot ? "EXPORT_SNAPSHOT" : "NOEXPORT_SNAPSHOT"
    do throws(CDCError) {
      let result = try replication.query(
        "CREATE_REPLICATION_SLOT \(SQLText.identifier(name)) LOGICAL pgoutput \(export)", every: .milliseconds(500)
      ) { elapsed in
        waiting = (try? Self.blockers(of: replication.backendPID, on: observer)) ?? waiting
        notify(waiting.map { "creating the slot \(name) waits for \($0)" })
        hasTimedOut = elapsed >= timeout
        return !hasTimedOut && !isStopped()
      }
      guard let point = result[0, 1].flatMap({ LSN($0) }) else {
        throw CDCError(.postgresProtocol, "CREATE_REPLICATION_SLOT \(name) gave no position")
      }
      return Made(consistentPoint: point, snapshotName: result[0, 2])
    } catch {
      if isStopped() { throw CDCError(.sourceStopped, "The slot \(name) was not made") }
      guard hasTimedOut else { throw error }
      throw CDCError(
        .slotWaits, "The slot \(name) could not be made within \(timeout)", cause: waiting.map { "waits for \($0)" })
    }
  }

  /// Who holds up the process `pid`: `the transaction of pid 4711 (user crm, psql, open since …)`.
  private static func blockers(of pid: Int, on observer: PostgresConnection) throws(CDCError) -> String? {
    let result = try observer.query(
      """
      SELECT b.pid, a.usename, a.application_name, a.xact_start::timestamptz(0)
      FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::int)) AS b (pid)
      LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
      """, [String(pid)])
    guard result.rowCount > 0 else { return nil }
    let all = (0..<result.rowCount).map { row -> String in
      guard let pid = result[row, 0], pid != "0" else { return "a prepared transaction" }
      let details = [
        result[row, 1].map { "user \($0)" }, result[row, 2].flatMap { $0.isEmpty ? nil : $0 },
        result[row, 3].map { "open since \($0)" },
      ].compactMap { $0 }
      return "the transaction of pid \(pid)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
    return all.joined(separator: " and ")
  }
}
