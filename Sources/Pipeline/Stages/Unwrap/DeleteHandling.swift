/// What becomes of a delete and of the tombstone behind it: `delete.tombstone.handling.mode`.
enum DeleteHandling: String, CaseIterable, Sendable {
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

  var keepsTombstones: Bool { self == .tombstone || self == .rewriteWithTombstone }
  var rewrites: Bool { self == .rewrite || self == .rewriteWithTombstone }
}
