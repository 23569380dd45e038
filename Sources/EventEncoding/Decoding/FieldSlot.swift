/// Where a field's value lies: strings and bytes without their length, numbers as Avro writes them, lists and records
/// whole; or that there is none.
@frozen public struct FieldSlot: Sendable {
  /// The first byte, counted from the start of the buffer that the event names.
  public var offset: UInt32
  /// The number of bytes.
  public var count: UInt32

  /// A value's place.
  @inlinable public init(offset: UInt32, count: UInt32) {
    self.offset = offset
    self.count = count
  }

  /// The field is null.
  @inlinable public static var null: FieldSlot { FieldSlot(offset: .max, count: 0) }
  /// The event does not tell the value: an unchanged TOAST column, or a column left out of a partial row image.
  @inlinable public static var unavailable: FieldSlot { FieldSlot(offset: .max - 1, count: 0) }

  /// Whether the field is null.
  @inlinable public var isNull: Bool { offset == .max }
  /// Whether the event does not tell the value.
  @inlinable public var isUnavailable: Bool { offset == .max - 1 }
}
