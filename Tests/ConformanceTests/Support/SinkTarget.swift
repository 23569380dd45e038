import Foundation
import JSON
import TestSupport

/// A kind of sink, and a target for it that can be broken. A new sink needs one of these to be put through the suite.
protocol SinkTarget: AnyObject {
  /// What the code of a record that can't be read begins with.
  static var poisonCode: String { get }
  /// A new, empty target.
  init() throws
  /// The connector's keys but for its topics and converters.
  var keys: JSONObject { get }
  /// The environment of the workers.
  var environment: [String: String] { get }
  /// What is wrong with the target after all of `produced`; nil: it holds each of them exactly once.
  func mismatch(_ produced: [Produced], topic: String) throws -> String?
  /// What lies before the target.
  var proxy: FaultyProxy { get }
  /// Makes the target refuse writes for want of room, or take them again.
  func setFull(_ isFull: Bool) throws
}

/// The warehouse sink with a PostgreSQL database.
final class WarehouseTarget: SinkTarget {
  static let poisonCode = "CDC-5"
  private let database: PostgresDatabase
  let proxy: FaultyProxy

  init() throws {
    database = try Servers.database("conf")
    proxy = try FaultyProxy(to: database.server.port)
  }

  var keys: JSONObject {
    [
      "connector.class": "warehouse", "table.name.format": "t", "truncate.enabled": "true",
      "connection.url": .string("jdbc:postgresql://127.0.0.1:\(proxy.port)/\(database.name)"),
      "connection.user": .string(database.server.user), "connection.password": "${env:TARGET_PASSWORD}",
    ]
  }

  var environment: [String: String] { ["TARGET_PASSWORD": database.server.password] }

  func mismatch(_ produced: [Produced], topic: String) throws -> String? {
    let hasExtra = produced.contains {
      if case .wide = $0.change { return true }
      return false
    }
    let text = try database.psql(
      "SELECT id, coalesce(v, ''), \(hasExtra ? "coalesce(extra, '')" : "''") FROM t ORDER BY id")
    let expected = produced.rows.sorted { $0.key < $1.key }.map { id, row in
      "\(id)|\(row)"
    }.joined(separator: "\n")
    return text == expected ? nil : "\(text.count) characters of rows, expected \(expected.count): \(text.prefix(500))"
  }

  func setFull(_ isFull: Bool) throws {
    guard isFull else {
      try database.psql("DROP TRIGGER full_disk ON t")
      return
    }
    try database.psql(
      """
      CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'could not extend file: no space left'; END$$;
      CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION full_disk()
      """)
  }
}
