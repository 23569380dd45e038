internal import PostgresClient

/// The SQL that brings a staging table's rows into its target.
struct ApplyStatements {
  private let target: String
  private let targets: [RowPlan.Target]
  private let keyCount: Int
  private let stage: String
  private let hasUniqueKey: Bool
  /// What an insert of an identity column needs, with a space before it.
  let overriding: String

  init(table: CatalogTable, targets: [RowPlan.Target], keyCount: Int, stage: String) {
    target = table.name.sql
    self.targets = targets
    self.keyCount = keyCount
    self.stage = stage
    let key = Set(targets.prefix(keyCount).map(\.column.name))
    hasUniqueKey = table.uniqueKeys.contains(key)
    overriding = targets.contains { $0.column.isIdentityAlways } ? " OVERRIDING SYSTEM VALUE" : ""
  }

  /// Makes the staging table of the session.
  var createStage: String {
    let columns = targets.enumerated().map { "c\($0.offset) \($0.element.match.stageType)" }
    return
      "CREATE TEMPORARY TABLE \(stage) (\((columns + ["g smallint"]).joined(separator: ", "))) ON COMMIT DELETE ROWS"
  }

  /// Fills it.
  var copy: String { "COPY pg_temp.\(stage) FROM STDIN (FORMAT binary)" }

  /// Empties it in the middle of a transaction.
  var emptyStage: String { "TRUNCATE pg_temp.\(stage)" }

  /// Deletes the staged keys.
  var delete: String { "DELETE FROM \(target) t USING pg_temp.\(stage) s WHERE \(matching)" }

  /// Updates the rows that are there and inserts the others: the rows of one group, whose columns `absent` are left
  /// alone. `group` nil: all rows. `wayOf` decides between the forms.
  func upsert(group: Int?, absent: Set<Int>, _ way: UpsertWay) -> [String] {
    let present = targets.indices.filter { $0 < keyCount || !absent.contains($0) }
    let source = group.map { "(SELECT * FROM pg_temp.\(stage) WHERE g = \($0))" } ?? "pg_temp.\(stage)"
    let names = present.map { SQLText.identifier(targets[$0].column.name) }.joined(separator: ", ")
    let values = present.map { value($0) }.joined(separator: ", ")
    let assignments = present.filter { $0 >= keyCount }
      .map { "\(SQLText.identifier(targets[$0].column.name)) = \(value($0))" }.joined(separator: ", ")
    switch way {
    case .merge:
      let matched = assignments.isEmpty ? "DO NOTHING" : "UPDATE SET \(assignments)"
      return [
        """
        MERGE INTO \(target) t USING \(source) s ON \(matching) WHEN MATCHED THEN \(matched)
        WHEN NOT MATCHED THEN INSERT (\(names))\(overriding) VALUES (\(values))
        """
      ]
    case .conflict where hasUniqueKey && absent.isEmpty:
      let keys = targets.prefix(keyCount).map { SQLText.identifier($0.column.name) }.joined(separator: ", ")
      let excluded = present.filter { $0 >= keyCount }
        .map { SQLText.identifier(targets[$0].column.name) }.map { "\($0) = EXCLUDED.\($0)" }.joined(separator: ", ")
      let action = excluded.isEmpty ? "NOTHING" : "UPDATE SET \(excluded)"
      return [
        "INSERT INTO \(target) (\(names))\(overriding) SELECT \(values) FROM \(source) s ON CONFLICT (\(keys)) DO \(action)"
      ]
    case .conflict:
      // Without a unique index, or where a required column is left out (whose check comes before the conflict).
      let update = "UPDATE \(target) t SET \(assignments) FROM \(source) s WHERE \(matching)"
      let insert =
        "INSERT INTO \(target) (\(names))\(overriding) SELECT \(values) FROM \(source) s "
        + "WHERE NOT EXISTS (SELECT FROM \(target) t WHERE \(matching))"
      return assignments.isEmpty ? [insert] : [update, insert]
    }
  }

  /// The target's row of a staged row.
  var matching: String {
    (0..<keyCount).map { "t.\(SQLText.identifier(targets[$0].column.name)) = \(value($0))" }.joined(separator: " AND ")
  }

  private func value(_ index: Int) -> String { targets[index].match.expression("s.c\(index)") }
}

/// How staged rows get into their target.
enum UpsertWay {
  /// MERGE, from PostgreSQL 15 on.
  case merge
  /// INSERT … ON CONFLICT.
  case conflict

  /// MERGE is the cheaper one in batches of some thousands; its join costs more than it saves in larger ones, and its
  /// planning in small ones.
  static func best(rows: Int, serverVersion: Int) -> UpsertWay {
    serverVersion >= 150_000 && rows >= 1000 && rows < 20_000 ? .merge : .conflict
  }
}
