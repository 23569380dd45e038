/// What becomes of a delete and of the tombstone behind it: `delete.tombstone.handling.mode`.
enum DeleteHandling: String, CaseIterable, Sendable {
  /// Both go.
  case drop
  /// One tombstone stays: the delete becomes it, the one behind it goes.
  case tombstone
  /// The deleted row stays as a row with `__deleted` "true".
  case rewrite
  /// The deleted row, and the tombstone.
  case rewriteWithTombstone = "rewrite-with-tombstone"
  /// The same as `tombstone`.
  case deleteToTombstone = "delete-to-tombstone"

  /// Whether tombstones pass; where they don't, the deletes before them are told by what they become.
  var keepsTombstones: Bool { self == .rewriteWithTombstone }
  var rewrites: Bool { self == .rewrite || self == .rewriteWithTombstone }
}
