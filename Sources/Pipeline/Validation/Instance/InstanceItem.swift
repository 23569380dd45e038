/// What a JSON value is.
enum InstanceKind: UInt8, Sendable, BitwiseCopyable {
  case null
  case boolean
  /// A whole number that `payload` holds.
  case integer
  /// A number by its decimal text.
  case number
  case string
  case array
  case object
  /// A value that nobody looks at, or that is not known (a large column that the database did not send): every
  /// assertion passes.
  case opaque
}

/// One value (or one member's name) of an instance, in the order of the text.
struct InstanceItem: BitwiseCopyable {
  var kind: InstanceKind
  /// Of an array: elements; of an object: members; of a text: bytes.
  var count: UInt32 = 0
  /// The item behind this value and all it holds.
  var next: UInt32 = 0
  /// Of a member's name: its hash.
  var hash: UInt32 = 0
  /// An integer, 0 or 1 of a boolean, or where the bytes of a text are.
  var payload: Int = 0

  /// The bytes of a string, of a name or of a number's text.
  var text: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: payload), count: Int(count))
  }

  /// The hash of a member's name.
  static func hash(_ name: UnsafeRawBufferPointer) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return hash
  }
}
