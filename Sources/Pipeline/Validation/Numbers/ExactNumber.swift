/// A number of a schema, kept exactly: as its text, and as an integer where it is one.
final class ExactNumber {
  private let text: UnsafeMutableRawBufferPointer
  private let view: DecimalView
  /// Its value where it is a whole number of 64 bits.
  let integer: Int64?
  private let divisor: Divisor?

  /// A number by its JSON text.
  init(_ source: String) {
    var source = source
    text = source.withUTF8 { bytes in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
      copy.copyMemory(from: UnsafeRawBufferPointer(bytes))
      return copy
    }
    view = DecimalView(UnsafeRawBufferPointer(rebasing: text[..<source.utf8.count]))
    integer = Self.integer(view)
    divisor = Divisor(view)
  }

  deinit { text.deallocate() }

  /// Whether it is larger than zero.
  var isPositive: Bool { view.digitCount > 0 && !view.isNegative }

  /// -1, 0 or 1: `value` is smaller than, equal to, larger than this.
  func compare(_ value: Int64) -> Int {
    if let integer { return value < integer ? -1 : value > integer ? 1 : 0 }
    return Self.withView(of: value) { $0.compare(view) }
  }

  /// -1, 0 or 1: `value` is smaller than, equal to, larger than this.
  func compare(_ value: DecimalView) -> Int { value.compare(view) }

  /// Whether `value` is a multiple of this.
  func divides(_ value: Int64) -> Bool {
    if let integer, integer != 0 { return value == .min && integer == -1 || value % integer == 0 }
    return Self.withView(of: value) { divisor?.divides($0) ?? false }
  }

  /// Whether `value` is a multiple of this.
  func divides(_ value: DecimalView) -> Bool { divisor?.divides(value) ?? false }

  private static func integer(_ view: DecimalView) -> Int64? {
    guard view.isInteger, view.point <= 18 else { return nil }
    var value: Int64 = 0
    view.forEachDigit { value = value * 10 + Int64($0) }
    for _ in 0..<max(0, view.point - view.digitCount) { value *= 10 }
    return view.isNegative ? -value : value
  }

  /// Calls `body` with the decimal view of an integer.
  static func withView<Result>(of value: Int64, _ body: (DecimalView) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { room in
      var at = 24
      var rest = value.magnitude
      repeat {
        at -= 1
        room[at] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        at -= 1
        room[at] = UInt8(ascii: "-")
      }
      return body(DecimalView(UnsafeRawBufferPointer(rebasing: room[at..<24])))
    }
  }
}
