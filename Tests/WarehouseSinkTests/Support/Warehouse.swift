import ChangeModel
import EventEncoding
import JSON
import Settings
import Synchronization
import TestSupport

@testable import WarehouseSink

/// A database of its own with sinks that write to it.
struct Warehouse {
  let database: PostgresDatabase
  let schemas = Schemas()

  init() throws { database = try Servers.database("dwh") }

  func config(_ more: [String: String] = [:], kind: String = "warehouse") throws -> WarehouseConfig {
    var raw: JSONObject = [
      "name": "dwh", "connector.class": .string(kind), "topics": "crm.public.customers",
      "connection.url": .string(
        "jdbc:postgresql://\(database.server.host):\(database.server.port)/\(database.name)"),
      "connection.user": .string(database.server.user), "connection.password": .string(database.server.password),
    ]
    for (key, value) in more { raw[key] = value.isEmpty ? nil : .string(value) }
    let (config, problems) = WarehouseConfig.parse(raw)
    guard let config else { throw TestFailure("\(problems)") }
    return config
  }

  func sink(
    _ more: [String: String] = [:], cluster: String = "c1", isEmbedded: Bool = false, partitions: Int = 1
  ) throws -> WarehouseSink {
    let context = SinkContext(
      name: "dwh", clusterID: cluster, isEmbeddedBroker: isEmbedded, keySchemas: schemas, valueSchemas: schemas,
      partitionCount: { _ in partitions })
    let sink = WarehouseSink(try config(more), context)
    try sink.start()
    return sink
  }

  @discardableResult func psql(_ sql: String) throws -> String { try database.psql(sql) }

  func customers() throws -> EventMaker {
    try EventMaker(
      "crm.public.customers", key: [Columns.plain("id", "long")],
      columns: [
        Columns.plain("id", "long"), Columns.optional("name", "string"), Columns.optional("bio", "string"),
        Columns.decimal("balance", scale: 2, precision: 12),
      ], schemas)
  }
}

struct TestFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// The error that `body` throws; fails without one.
func failure(_ body: () throws -> Void) throws -> CDCError {
  do { try body() } catch let error as CDCError { return error }
  throw TestFailure("no error was thrown")
}

func customer(_ id: Int, _ name: String, bio: String? = "bio", balance: String = "AJY=") -> JSONValue {
  ["id": .integer(id), "name": .string(name), "bio": bio.map { .string($0) } ?? .null, "balance": .string(balance)]
}

let unavailable = "__debezium_unavailable_value"
