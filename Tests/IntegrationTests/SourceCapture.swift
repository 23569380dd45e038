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
  /// Each offset with the number of events (tombstones and the closing message left out) before it.
  private(set) var stored: [(offset: SourceOffset, events: Int)] = []
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
  func read(
    until prefix: String, in database: PostgresDatabase, limit: Int = 64 << 10, sending: Bool = true
  ) throws {
    if sending { try database.psql("SELECT pg_logical_emit_message(true, '\(prefix)', '')") }
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      _ = try poll(limit: limit)
      if let place = lines.lastIndex(where: { $0["key"]?["prefix"]?.string == prefix }) {
        lines.remove(at: place)
        // The offsets behind the message are of no use to a test that reads up to it.
        stored.removeAll { $0.events >= lines.filter { $0["value"]?.isNull == false }.count }
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
    lines += try GoldenLines.lines(of: records) { self.registrar.subjects[Int($0) - 1].schema }
    if let offset = batch.endOffset {
      offsets.append(offset)
      stored.append((offset, lines.filter { $0["value"]?.isNull == false }.count))
    }
    return outcome
  }

  /// The schemas registered under a subject, in order.
  func schemas(_ subject: String) -> [Schema] { registrar.subjects.filter { $0.subject == subject }.map(\.schema) }

  /// What could not be captured or converted.
  var notices: [String] { encoder.notices }
}

extension SourceCapture {
  /// What every test configures.
  static func configuration(of database: PostgresDatabase) -> JSONObject {
    [
      "database.hostname": .string(database.server.host), "database.port": .string("\(database.server.port)"),
      "database.user": .string(database.server.user), "database.password": .string(database.server.password),
      "database.dbname": .string(database.name), "topic.prefix": "crm", "slot.name": .string("s_\(database.name)"),
      "publication.name": .string("p_\(database.name)"), "slot.max.retries": "1", "slot.retry.delay.ms": "100",
    ]
  }
}

/// SQL that runs beside the test.
final class BackgroundSQL {
  private let child: ChildProcess

  init(_ database: PostgresDatabase, _ sql: String) throws {
    child = try ChildProcess(
      [
        PostgresServer.program("psql") ?? "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database.connectionString,
        "-c",
        sql,
      ], environment: ["PGPASSWORD": database.server.password])
  }

  func wait() throws {
    guard child.wait(.seconds(30)) == 0 else { throw TestSupportError("the statements failed: \(child.output)") }
  }
}
