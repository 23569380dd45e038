import Avro
import ChangeModel
import EventEncoding
import Flow
import Foundation
import JSON
import PostgresSource
import Settings
import TestSupport

/// A source and its encoder in this process: what they make of a database, as recorded events.
final class SourceCapture {
  /// Gives schemas numbers as they come.
  private final class Registrar: SchemaRegistrar {
    var subjects: [(subject: String, schema: Schema)] = []

    func id(subject: String, schema: Schema) throws(CDCError) -> Int32 {
      subjects.append((subject, schema))
      return Int32(subjects.count)
    }
  }

  private(set) var lines: [JSONValue] = []
  private(set) var offsets: [SourceOffset] = []
  let source: PostgresSource
  private let registrar = Registrar()
  private let encoder: EventEncoder
  private let batch = ChangeBatch()
  private let stopFlag = StopFlag()

  init(_ configuration: JSONObject) {
    let parsed = ConfigDefinition(PostgresKeys.all).parse(configuration)
    precondition(parsed.problems.isEmpty, "\(parsed.problems)")
    guard let config = try? PostgresSourceConfig(parsed) else { preconditionFailure("the configuration can't be read") }
    source = PostgresSource(config, stop: stopFlag)
    var options = EncodingOptions(topicPrefix: config.server, database: "crm", version: "1.0")
    options.providesTransactionMetadata = config.tellsTransactions
    encoder = EventEncoder(
      options, keyRegistrar: registrar, valueRegistrar: registrar, clock: { SystemTime.wallNanoseconds })
  }

  func start(at offset: SourceOffset? = nil) throws { try source.start(at: offset) }

  func stop(keepingState: Bool = true) { source.stop(keepingState: keepingState) }

  /// Reads until the snapshot is done.
  func readSnapshot() throws {
    let deadline = Date().addingTimeInterval(60)
    while source.progress.isSnapshotting, Date() < deadline { _ = try poll() }
  }

  /// Reads until a transactional message with this prefix, which it sends itself, arrives; the message is left out.
  func read(until prefix: String, in database: PostgresDatabase) throws {
    try database.psql("SELECT pg_logical_emit_message(true, '\(prefix)', '')")
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      _ = try poll()
      if let place = lines.lastIndex(where: { $0["key"]?["prefix"]?.string == prefix }) {
        lines.remove(at: place)
        return
      }
    }
    throw TestSupportError("the message \(prefix) did not arrive")
  }

  /// One poll. Returns what it came to.
  @discardableResult func poll(limit: Int = 64 << 10) throws -> PollOutcome {
    batch.reset()
    let outcome = try source.poll(into: batch, limit: limit, patience: .milliseconds(200))
    let records = RecordBatch()
    try encoder.encode(batch, into: records)
    if let offset = batch.endOffset { offsets.append(offset) }
    lines += try GoldenLines.lines(of: records) { self.registrar.subjects[Int($0) - 1].schema }
    return outcome
  }

  /// The schemas registered under a subject, in order.
  func schemas(_ subject: String) -> [Schema] { registrar.subjects.filter { $0.subject == subject }.map(\.schema) }

  /// What could not be captured or converted.
  var notices: [String] { encoder.notices }
}
