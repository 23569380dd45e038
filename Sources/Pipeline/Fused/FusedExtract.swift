internal import ChangeModel
internal import EventEncoding

/// Debezium's `ExtractNewRecordState` inside of a sink that decodes envelopes: the row after the change is taken, and
/// `delete.tombstone.handling.mode` says what happens to deletes.
final class FusedExtract: Stage {
  private let mode: DeleteHandling

  init(_ mode: DeleteHandling) { self.mode = mode }

  /// Rewritten deletes are rows of what was before.
  var wantsBefore: Bool { mode == .rewrite || mode == .rewriteWithTombstone }

  /// `__deleted` with the rewriting modes.
  var addedColumn: String? { wantsBefore ? "__deleted" : nil }

  /// Decides on deletes, tombstones and truncates; rows pass.
  func process(_ decoded: DecodedBatch) {
    for index in decoded.events.indices {
      let event = decoded.events[index]
      if event.isTombstone {
        decoded.events[index].isDropped = !mode.keepsTombstones
      } else if event.isEnvelope, event.operation == .truncate {
        decoded.events[index].isDropped = true
      } else if event.isEnvelope, event.operation == .delete {
        processDelete(&decoded.events[index])
      }
    }
  }

  private func processDelete(_ event: inout DecodedEvent) {
    switch mode {
    case .tombstone, .deleteToTombstone: break
    case .drop:
      // One half of a changed key is still told: the row's other half may need its values.
      if event.keyChange == .oldHalf {
        event.keepsRow = true
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
