internal import ChangeModel

/// One column of a row on the wire.
struct WireColumn {
  /// `n` null, `u` unchanged and not sent, `t` text.
  var kind: UInt8
  var count: Int32
  var start: UnsafeRawPointer

  static let null = UInt8(ascii: "n")
  static let unchanged = UInt8(ascii: "u")
  static let text = UInt8(ascii: "t")

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: Int(count)) }
}

/// Room for the columns of one row, used again for every row.
struct WireRow: ~Copyable {
  private(set) var columns: UnsafeMutablePointer<WireColumn>
  private var capacity: Int

  init() {
    capacity = 16
    columns = .allocate(capacity: capacity)
  }

  deinit { columns.deallocate() }

  /// Makes room for the rows of a table.
  mutating func reserve(_ count: Int) {
    guard count > capacity else { return }
    columns.deallocate()
    capacity = count
    columns = .allocate(capacity: count)
  }

  /// Finds the columns in pgoutput's TupleData. False where the bytes are not a row of so many columns.
  func split(_ tuple: UnsafeRawBufferPointer, columnCount: Int) -> Bool {
    guard let base = tuple.baseAddress else { return columnCount == 0 }
    var at = 0
    for index in 0..<columnCount {
      guard at < tuple.count else { return false }
      let kind = tuple[at]
      at &+= 1
      var count: Int32 = 0
      if kind == WireColumn.text {
        guard at &+ 4 <= tuple.count else { return false }
        count = Int32(bigEndian: base.loadUnaligned(fromByteOffset: at, as: Int32.self))
        at &+= 4
        guard count >= 0, at &+ Int(count) <= tuple.count else { return false }
      } else {
        guard kind == WireColumn.null || kind == WireColumn.unchanged else { return false }
      }
      (columns + index).initialize(to: WireColumn(kind: kind, count: count, start: base + at))
      at &+= Int(count)
    }
    return at == tuple.count
  }
}
