internal import ChangeModel
public import EventEncoding
internal import Settings

/// Debezium's `ExtractNewRecordState`: an envelope becomes the row after the change. What happens to deletes is
/// `delete.tombstone.handling.mode`.
public final class ExtractNewRecordState: Stage {
  /// What becomes of a delete and of the tombstone behind it.
  enum Mode: String, CaseIterable {
    /// Both go.
    case drop
    /// The tombstone stays.
    case tombstone
    /// The deleted row stays as a row with `__deleted` "true".
    case rewrite
    /// The deleted row, and the tombstone.
    case rewriteWithTombstone = "rewrite-with-tombstone"
    /// The delete becomes a tombstone, the one behind it goes.
    case deleteToTombstone = "delete-to-tombstone"
  }

  static let definition = ConfigDefinition(
    StageKeys.shared + [
      KeyDefinition(
        "delete.tombstone.handling.mode", default: Mode.tombstone.rawValue,
        "What becomes of deletes and of the tombstones behind them.", validValues: Mode.allCases.map(\.rawValue)),
      KeyDefinition("add.fields", .list, default: "", "Fields of the envelope to add.", support: .unsupported),
      KeyDefinition("add.fields.prefix", default: "__", "Prefix of added fields.", support: .unsupported),
      KeyDefinition(
        "add.headers", .list, default: "", "Fields of the envelope to add as headers.",
        support: .tuning("the warehouse writes no headers")),
      KeyDefinition(
        "add.headers.prefix", default: "__", "Prefix of added headers.",
        support: .tuning("the warehouse writes no headers")),
      KeyDefinition("route.by.field", default: "", "Field that gives the topic.", support: .unsupported),
      KeyDefinition(
        "drop.fields.header.name", default: "", "Header that lists fields to leave out.", support: .unsupported),
      KeyDefinition("drop.fields.from.key", .boolean, default: "false", "Also in the key.", support: .unsupported),
      KeyDefinition(
        "drop.fields.keep.schema.compatible", .boolean, default: "true", "Only optional fields are left out.",
        support: .unsupported),
      KeyDefinition(
        "replace.null.with.default", .boolean, default: "true", "Nulls become the field's default.",
        validValues: ["true", "false"]),
    ])

  private let mode: Mode

  init(_ mode: Mode) { self.mode = mode }

  /// Rewritten deletes are rows of what was before.
  public var wantsBefore: Bool { mode == .rewrite || mode == .rewriteWithTombstone }

  /// `__deleted` with the rewriting modes.
  public var addedColumn: String? { wantsBefore ? "__deleted" : nil }

  /// Decides on deletes, tombstones and truncates; rows pass.
  public func process(_ decoded: DecodedBatch) {
    for index in decoded.events.indices {
      let event = decoded.events[index]
      if event.isTombstone {
        decoded.events[index].isDropped = mode != .tombstone && mode != .rewriteWithTombstone
      } else if event.isEnvelope, event.operation == .truncate {
        decoded.events[index].isDropped = true
      } else if event.isEnvelope, event.operation == .delete {
        processDelete(&decoded.events[index])
      }
    }
  }

  private func processDelete(_ event: inout DecodedEvent) {
    switch mode {
    case .deleteToTombstone: break
    case .tombstone, .drop:
      // One half of a changed key is still told: the row's other half may need its values.
      if event.keyChange == .oldHalf {
        event.keepsRow = mode == .drop
      } else {
        event.isDropped = true
      }
    case .rewrite, .rewriteWithTombstone:
      guard event.layout >= 0 else {
        event.isDropped = true
        return
      }
      event.operation = .update
      event.keyChange = .none
      event.isRewritten = true
    }
  }
}
