import ChangeModel
import Flow
import Foundation
import JSON
import PostgresClient
import Settings
import TestSupport

@testable import PostgresSource

/// A source on a real server, and what it told so far.
final class SourceBench {
  /// Operation, table, first column and snapshot marker of each change.
  private(set) var told: [String] = []
  private(set) var markers: [SnapshotMarker] = []
  private(set) var offsets: [SourceOffset] = []
  private(set) var schemas: [String: TableSchema] = [:]
  let source: PostgresSource
  let stop = StopFlag()
  private let batch = ChangeBatch()

  init(_ database: PostgresDatabase, _ more: JSONObject = [:]) throws {
    var keys: JSONObject = [
      "database.hostname": .string(database.server.host), "database.port": .string("\(database.server.port)"),
      "database.user": .string(database.server.user), "database.password": .string(database.server.password),
      "database.dbname": .string(database.name), "topic.prefix": "crm", "slot.name": .string("s_\(database.name)"),
      "publication.name": .string("p_\(database.name)"), "slot.max.retries": "5", "slot.retry.delay.ms": "1000",
    ]
    for member in more.members { keys[member.name] = member.value }
    let parsed = ConfigDefinition(PostgresKeys.all).parse(keys)
    try parsed.requireValid("the test")
    source = PostgresSource(try PostgresSourceConfig(parsed), stop: stop)
  }

  /// One poll.
  @discardableResult func poll(limit: Int = 64 << 10, patience: Duration = .milliseconds(100)) throws -> PollOutcome {
    batch.reset()
    let outcome = try source.poll(into: batch, limit: limit, patience: patience)
    for change in batch.changes where change.schema >= 0 {
      let schema = batch.schemas[Int(change.schema)]
      schemas[schema.name.table] = schema
      let range = change.operation == .delete ? change.before : change.after
      let row = range.isPresent ? PgOutputBytes.row(batch.bytes[range]) : []
      var first = ""
      if case .text(let text)? = row.first { first = text }
      told.append("\(change.operation.letter ?? "?") \(schema.name.table) \(first)")
      markers.append(change.snapshot)
    }
    if let offset = batch.endOffset { offsets.append(offset) }
    return outcome
  }

  /// Polls until `isEnough`, for a minute at most.
  func poll(limit: Int = 64 << 10, until isEnough: () -> Bool) throws {
    let deadline = Date().addingTimeInterval(60)
    while !isEnough() {
      guard Date() < deadline else { throw TestSupportError("it took too long; told: \(told.suffix(5))") }
      try poll(limit: limit)
    }
  }

  /// Polls until the snapshot is done.
  func readSnapshot(limit: Int = 64 << 10) throws {
    try poll(limit: limit) { !source.progress.isSnapshotting }
  }
}

/// The code of the error that `body` throws.
func code(_ body: () throws -> Void) -> ErrorCode? {
  do {
    try body()
    return nil
  } catch { return (error as? CDCError)?.code }
}
