/// How one value of an Avro schema becomes an item of an instance.
struct RowStep: BitwiseCopyable {
  enum Operation: UInt8, BitwiseCopyable {
    case null, boolean, number, float, double, text
    /// A text that is a JSON document of its own.
    case json
    /// Bytes as base64; `a`: their number where it is fixed, else -1.
    case bytes
    /// `a`: digits behind the point; `b`: bytes where their number is fixed, else -1.
    case decimal
    /// Debezium's record of a scale and bytes.
    case variableDecimal
    /// Days since 1970.
    case date
    /// A time of day, or a moment since 1970; `a`: units of a second.
    case time, timestamp
    /// `a`: the first symbol's number.
    case enumeration
    /// `a`: the step of the items.
    case array, map
    /// `a`: the list of branches, `b`: how many.
    case union
    /// `a`: the first field, `b`: how many.
    case record
  }

  var operation: Operation
  var a: Int32 = -1
  var b: Int32 = -1
}

/// A field of a record.
struct RowField: BitwiseCopyable {
  var step: Int32
  /// Where its name lies in the program's texts.
  var name: Int32
  var nameCount: Int32
  var hash: UInt32
  /// Whether nobody looks at its value.
  var isUnseen: Bool
}

/// An Avro schema compiled to fill an instance from bytes without a String or array per row. What the JSON Schema does
/// not look at is passed over.
final class RowProgram {
  let steps: UnsafeMutableBufferPointer<RowStep>
  let fields: UnsafeMutableBufferPointer<RowField>
  let branches: UnsafeMutableBufferPointer<Int32>
  let symbols: [(offset: Int, count: Int)]
  private let texts: UnsafeMutableRawBufferPointer
  let root: Int

  init(_ compiler: RowCompiler, root: Int32) {
    steps = Self.copy(compiler.steps)
    fields = Self.copy(compiler.fields)
    branches = Self.copy(compiler.branches)
    symbols = compiler.symbols
    texts = .allocate(byteCount: max(compiler.texts.count, 1), alignment: 1)
    texts.copyBytes(from: compiler.texts)
    self.root = Int(root)
  }

  deinit {
    steps.deallocate()
    fields.deallocate()
    branches.deallocate()
    texts.deallocate()
  }

  func text(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(texts)[offset..<(offset + count)])
  }

  private static func copy<Element: BitwiseCopyable>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(array.count, 1))
    _ = copy.initialize(from: array)
    return copy
  }
}
