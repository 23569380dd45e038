public import ChangeModel
public import EventEncoding

/// A step that records of a sink go through between the converter and the target, one of the list `transforms`.
public protocol Stage: AnyObject {
  /// The topic's name behind this step; asked once per topic. Throws a `CDCError` where a pattern can't be tried.
  func route(_ topic: String) throws(CDCError) -> String

  /// Drops or changes events of a batch.
  func process(_ decoded: DecodedBatch)

  /// Whether it needs the fields of `before` of deleted rows.
  var wantsBefore: Bool { get }

  /// A column that it adds to every row; nil: none.
  var addedColumn: String? { get }
}

extension Stage {
  /// The topic stays.
  public func route(_ topic: String) throws(CDCError) -> String { topic }
  /// All pass.
  public func process(_ decoded: DecodedBatch) {}
  /// It does not.
  public var wantsBefore: Bool { false }
  /// None.
  public var addedColumn: String? { nil }
}
