public import ChangeModel
internal import PostgresClient

/// A sink's offsets in its target, for those who look at them or change them while the sink is stopped.
public struct StoredSinkOffsets: Sendable {
  private let config: WarehouseConfig
  private let name: String
  private let clusterID: String

  /// Those of the sink `name`. `clusterID` is stored beside an offset that is changed.
  public init(_ config: WarehouseConfig, name: String, clusterID: String) {
    self.config = config
    self.name = name
    self.clusterID = clusterID
  }

  /// The offset behind the last written record of each partition.
  public func read() throws(CDCError) -> [TopicPartition: Int64] {
    try withTable { (connection, table) throws(CDCError) in
      let result = try connection.run(
        "SELECT topic, part, next_offset FROM \(table) WHERE sink = $1 AND next_offset IS NOT NULL", [name],
        doing: "Reading the table \(OffsetTable.name)")
      var offsets: [TopicPartition: Int64] = [:]
      for row in result.rows {
        guard let topic = row[0], let part = row[1].flatMap({ Int32($0) }), let next = row[2].flatMap({ Int64($0) })
        else { continue }
        offsets[TopicPartition(topic: topic, partition: part)] = next
      }
      return offsets
    }
  }

  /// Sets offsets; nil forgets one, so that the group's committed offset counts again. The epoch is raised, so that a
  /// task that still runs somewhere writes nothing any more.
  public func set(_ offsets: [TopicPartition: Int64?]) throws(CDCError) {
    try withTable { (connection, table) throws(CDCError) in
      for (partition, offset) in offsets {
        try connection.run(
          """
          INSERT INTO \(table) AS o (sink, topic, part, next_offset, epoch, cluster_id)
          VALUES ($1, $2, $3::int, $4::bigint, 1, $5) ON CONFLICT (sink, topic, part)
          DO UPDATE SET next_offset = EXCLUDED.next_offset, epoch = o.epoch + 1, cluster_id = EXCLUDED.cluster_id
          """,
          [name, partition.topic, String(partition.partition), offset.map { String($0) }, clusterID],
          doing: "Writing to the table \(OffsetTable.name)")
      }
    }
  }

  private func withTable<Result>(
    _ body: (PostgresConnection, _ table: String) throws(CDCError) -> Result
  ) throws(CDCError) -> Result {
    let connection = try WarehouseConnection.open(config)
    defer { connection.close() }
    let table = try WarehouseConnection.ownTable(OffsetTable.name, connection)
    let offsets = OffsetTable(sink: name, clusterID: clusterID, forgetsOtherClusters: false, table: table)
    try offsets.prepare(connection)
    return try body(connection, table)
  }
}
