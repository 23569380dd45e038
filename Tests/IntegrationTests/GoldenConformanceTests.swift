import Avro
import ChangeModel
import EventEncoding
import Flow
import Foundation
import JSON
import PostgresSource
import Settings
import TestSupport
import Testing

/// The same tables, rows and configuration as in a recorded run of Debezium give the same schemas and the same events. The
/// differences that are meant are taken out on both sides: they are listed in `docs/debezium-differences.md`.
@Suite(.serialized, .needsPostgres, .needsGolden) struct GoldenConformanceTests {
  @Test func run1IsEqual() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["MARTINET_TEST_GOLDEN"])
    let run = try GoldenRun(folder: folder)
    defer { try? run.database.drop() }
    try run.prepare(["pg_schema", "pg_rows"])
    let capture = SourceCapture(run.configuration)
    try capture.start()
    defer { capture.stop() }
    try capture.readSnapshot()
    for part in ["pg1_stream_1", "pg1_stream_2", "pg1_stream_3"] { try run.apply(part) }
    try capture.read(until: "__end__", in: run.database)
    let actual = capture.lines.filter(run.isCompared).map(run.masked)
    let expected = try run.expected("pg1").filter(run.isCompared).map(run.masked)
    let verdict = try run.compare(expected, actual)
    #expect(verdict.status == 0, "\(verdict.output)")
    #expect(
      expected.count == 58 && verdict.output.contains("\(expected.count) equal, 0 different"), "\(verdict.output)")
    let differing = try run.differingSchemas("pg1", capture)
    #expect(differing.isEmpty, "\(differing.joined(separator: "\n"))")
  }
}

/// What a recorded run needs: its statements, its configuration, its events.
private struct GoldenRun {
  let folder: String
  let database: PostgresDatabase

  init(folder: String) throws {
    self.folder = folder
    database = try Servers.database("golden")
    try database.server.psql("ALTER DATABASE \(database.name) SET timezone = 'UTC'")
  }

  func prepare(_ files: [String]) throws { for file in files { try apply(file) } }

  func apply(_ file: String) throws {
    try database.psql(try String(contentsOfFile: "\(folder)/sql/\(file).sql", encoding: .utf8))
  }

  var configuration: JSONObject {
    [
      "database.hostname": .string(database.server.host), "database.port": .string("\(database.server.port)"),
      "database.user": "postgres", "database.password": "postgres", "database.dbname": .string(database.name),
      "topic.prefix": "crm", "plugin.name": "pgoutput", "slot.name": .string("s_\(database.name)"),
      "publication.name": "p1", "schema.include.list": "public", "provide.transaction.metadata": "true",
      "skipped.operations": "none",
    ]
  }

  func expected(_ run: String) throws -> [JSONValue] {
    try String(contentsOfFile: "\(folder)/\(run)/events.jsonl", encoding: .utf8)
      .split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  /// Messages and tables, without the signal table and incremental snapshots; partitioned parents are not told here.
  func isCompared(_ event: JSONValue) -> Bool {
    guard let topic = event["topic"]?.string else { return false }
    if event["value"]?["source"]?["snapshot"] == "incremental" { return false }
    if topic == "crm.public.sig" || topic == "crm.public.part" { return false }
    return topic == "crm.message" || topic.hasPrefix("crm.public.")
  }

  /// Takes out what is meant to differ.
  func masked(_ event: JSONValue) -> JSONValue {
    guard var object = event.object else { return event }
    object["offset"] = nil
    object["srcpart"] = nil
    object["ts"] = nil
    guard var value = object["value"]?.object, let topic = object["topic"]?.string else { return .object(object) }
    if var source = value["source"]?.object {
      source["db"] = source["db"].map { _ in "crm" }
      value["source"] = .object(source)
    }
    for side in ["before", "after"] {
      guard var row = value[side]?.object else { continue }
      for column in Self.differing[topic] ?? [] { row[column] = nil }
      value[side] = .object(row)
    }
    object["value"] = .object(value)
    return .object(object)
  }

  private static let differing = [
    "crm.public.customers": ["gen"], "crm.public.geo2": ["nm"], "crm.public.time_table": ["date_pinf", "date_ninf"],
  ]

  func compare(_ expected: [JSONValue], _ actual: [JSONValue]) throws -> (status: Int32, output: String) {
    let scratch = try TemporaryFolder("golden")
    func write(_ name: String, _ events: [JSONValue]) throws {
      try events.map(\.text).joined(separator: "\n").write(
        toFile: scratch.path(name), atomically: true, encoding: .utf8)
    }
    try write("expected.jsonl", expected)
    try write("actual.jsonl", actual)
    let result = try Command.run([
      "/usr/bin/python3", "\(folder)/compare.py", scratch.path("expected.jsonl"), scratch.path("actual.jsonl"),
      "--show",
      "12",
    ])
    return (result.status, result.output)
  }

  /// Recorded schemas that no registered one equals.
  func differingSchemas(_ run: String, _ capture: SourceCapture) throws -> [String] {
    var problems: [String] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(run)").sorted()
    where file.hasSuffix(".avsc") && (file.hasPrefix("crm.public.") || file.hasPrefix("crm.message")) {
      let parts = file.components(separatedBy: ".")
      guard let kind = parts.firstIndex(where: { $0 == "key" || $0 == "value" }) else { continue }
      let topic = parts[..<kind].joined(separator: ".")
      if topic == "crm.public.sig" || topic == "crm.public.part" { continue }
      let text = try String(contentsOfFile: "\(folder)/\(run)/\(file)", encoding: .utf8)
      let expected = Self.withoutDifferences(try JSONValue(parsing: text), topic)
      let registered = capture.schemas("\(topic)-\(parts[kind])").map { Self.withoutDifferences($0.json, topic) }
      if !registered.contains(expected) {
        problems.append("\(file): \(registered.count) registered; last \(registered.last?.text.prefix(3000) ?? "none")")
      }
    }
    return problems
  }

  /// A schema without the fields that are meant to differ, and without the default that depends on timing.
  private static func withoutDifferences(_ schema: JSONValue, _ topic: String) -> JSONValue {
    switch schema {
    case .array(let elements): return .array(elements.map { withoutDifferences($0, topic) })
    case .object(var object):
      if let fields = object["fields"]?.array {
        object["fields"] = .array(
          fields.filter { !(topic == "crm.public.customers" && $0["name"] == "gen") }.map { field in
            guard topic == "crm.public.customers", field["name"] == "nm" else {
              return withoutDifferences(field, topic)
            }
            return ["name": "nm"]
          })
        for name in object.names where name != "fields" {
          if let member = object[name] { object[name] = withoutDifferences(member, topic) }
        }
        return .object(object)
      }
      for name in object.names {
        if let member = object[name] { object[name] = withoutDifferences(member, topic) }
      }
      return .object(object)
    default: return schema
    }
  }
}
