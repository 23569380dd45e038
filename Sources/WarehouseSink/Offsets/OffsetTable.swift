internal import ChangeModel
internal import PostgresClient

/// The sink's offsets in its own target, written in the transaction of the rows: the truth about what was delivered.
///
/// Each owner of a partition has an epoch. Taking a partition over raises it, and every write checks it, so that an
/// older owner that still runs can write nothing any more.
struct OffsetTable {
  /// A partition that the task owns.
  struct Claim {
    /// The epoch of this ownership.
    var epoch: Int64
    /// The offset behind the last record that was written; nil: none was.
    var next: Int64?
  }

  /// The sink's name in the table.
  let sink: String
  /// The Kafka cluster's id.
  let clusterID: String
  /// Whether offsets of other clusters count as none.
  let forgetsOtherClusters: Bool
  /// The table with its schema, quoted.
  let table: String

  static let name = "cdc_sink_offsets"

  /// Makes the table where it is missing.
  func prepare(_ connection: PostgresConnection) throws(CDCError) {
    let doing = "Preparing the table \(Self.name)"
    let found = try connection.run("SELECT to_regclass($1) IS NOT NULL", [table], doing: doing)
    if found[0, 0] == "t" { return }
    try connection.transaction(doing) { () throws(CDCError) in
      try connection.run("SELECT pg_advisory_xact_lock(hashtext($1))", [Self.name], doing: doing)
      try connection.run(
        """
        CREATE TABLE IF NOT EXISTS \(table) (sink text NOT NULL, topic text NOT NULL, part integer NOT NULL,
          next_offset bigint, epoch bigint NOT NULL, cluster_id text NOT NULL DEFAULT '',
          PRIMARY KEY (sink, topic, part))
        """, doing: doing)
    }
  }

  /// Takes partitions over from whoever had them.
  func claim(
    _ partitions: [TopicPartition], _ connection: PostgresConnection
  ) throws(CDCError) -> [TopicPartition: Claim] {
    let doing = "Taking partitions over in the table \(Self.name)"
    // Always in the same order, so that two tasks don't wait for each other.
    let ordered = partitions.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    return try connection.transaction(doing) { () throws(CDCError) in
      var claims: [TopicPartition: Claim] = [:]
      for partition in ordered { claims[partition] = try claim(partition, connection, doing) }
      return claims
    }
  }

  private func claim(
    _ partition: TopicPartition, _ connection: PostgresConnection, _ doing: String
  ) throws(CDCError) -> Claim {
    let row = try connection.run(
      """
      INSERT INTO \(table) AS o (sink, topic, part, next_offset, epoch, cluster_id) VALUES ($1, $2, $3::int, NULL, 1, $4)
      ON CONFLICT (sink, topic, part) DO UPDATE SET epoch = o.epoch + 1 RETURNING next_offset, epoch, cluster_id
      """, [sink, partition.topic, String(partition.partition), clusterID], doing: doing)
    var claim = Claim(epoch: Int64(row[0, 1] ?? "") ?? 0, next: row[0, 0].flatMap { Int64($0) })
    let stored = row[0, 2] ?? ""
    guard claim.next != nil, !stored.isEmpty, !clusterID.isEmpty, stored != clusterID else { return claim }
    guard forgetsOtherClusters else {
      throw CDCError(
        .warehouseOtherCluster,
        "The offset of topic \(partition.topic), partition \(partition.partition), of sink \(sink) in \(Self.name) is of"
          + " the Kafka cluster \(stored), but this one is \(clusterID)")
    }
    try connection.run(
      "UPDATE \(table) SET next_offset = 0, cluster_id = $4 WHERE sink = $1 AND topic = $2 AND part = $3::int",
      [sink, partition.topic, String(partition.partition), clusterID], doing: doing)
    claim.next = 0
    return claim
  }

  /// Moves offsets on, inside the transaction of the rows. Throws `warehouseFenced` if the task does not own one of the
  /// partitions any more.
  func advance(
    _ moves: [(partition: TopicPartition, claim: Claim, next: Int64)], _ connection: PostgresConnection
  ) throws(CDCError) {
    guard !moves.isEmpty else { return }
    let doing = "Writing offsets to the table \(Self.name)"
    let ordered = moves.sorted {
      ($0.partition.topic, $0.partition.partition) < ($1.partition.topic, $1.partition.partition)
    }
    let values = ordered.map { move in
      "(\(SQLText.literal(move.partition.topic)), \(move.partition.partition), "
        + "\(move.claim.next.map(String.init) ?? "NULL")::bigint, \(move.next)::bigint, \(move.claim.epoch)::bigint)"
    }
    let updated = try connection.run(
      """
      UPDATE \(table) o SET next_offset = v.next, cluster_id = \(SQLText.literal(clusterID))
      FROM (VALUES \(values.joined(separator: ", "))) v (topic, part, expected, next, epoch)
      WHERE o.sink = \(SQLText.literal(sink)) AND o.topic = v.topic AND o.part = v.part
        AND o.next_offset IS NOT DISTINCT FROM v.expected AND o.epoch = v.epoch
      """, doing: doing
    ).affectedRows
    guard updated == moves.count else { throw try fenced(ordered.map { ($0.partition, $0.claim) }, connection) }
  }

  /// Names the partition that another owner has.
  private func fenced(
    _ claims: [(partition: TopicPartition, claim: Claim)], _ connection: PostgresConnection
  ) throws(CDCError) -> CDCError {
    for (partition, claim) in claims {
      let row = try connection.run(
        "SELECT epoch, next_offset FROM \(table) WHERE sink = $1 AND topic = $2 AND part = $3::int",
        [sink, partition.topic, String(partition.partition)], doing: "Reading the table \(Self.name)")
      let place = "topic \(partition.topic), partition \(partition.partition)"
      guard row.rowCount == 1 else {
        return CDCError(.warehouseFenced, "fenced: the offset of \(place) is gone from \(Self.name)")
      }
      let epoch = Int64(row[0, 0] ?? "") ?? 0
      if epoch != claim.epoch {
        return CDCError(
          .warehouseFenced, "fenced: \(place) has another owner (epoch \(epoch), this task has \(claim.epoch))")
      }
      let next = row[0, 1].flatMap { Int64($0) }
      if next != claim.next {
        return CDCError(.warehouseFenced, "fenced: the offset of \(place) was changed in \(Self.name) meanwhile")
      }
    }
    return CDCError(.warehouseFenced, "fenced: another task writes the same partitions")
  }
}
