/// The divisor of `multipleOf`, exactly: no binary fractions, no limit on digits.
struct Divisor {
  /// Its significant digits as a number, where they fit.
  private let small: UInt64?
  private let digits: [UInt8]
  /// The power of ten that its digits are multiplied with.
  private let exponent: Int

  /// Nil: a divisor of zero.
  init?(_ view: DecimalView) {
    guard view.digitCount > 0 else { return nil }
    var digits: [UInt8] = []
    view.forEachDigit { digits.append($0) }
    self.digits = digits
    small = digits.count <= 18 ? digits.reduce(0) { $0 * 10 + UInt64($1) } : nil
    exponent = view.point - view.digitCount
  }

  /// Whether `value` is a multiple.
  func divides(_ value: DecimalView) -> Bool {
    guard value.digitCount > 0 else { return true }
    let zeros = value.point - value.digitCount - exponent
    // The digits of `value` end in no zero, so that they are no multiple of ten.
    guard zeros >= 0 else { return false }
    // Powers of ten only help against the factors 2 and 5 of the divisor: more than it can have change nothing.
    let steps = min(zeros, 4 * digits.count + 1)
    guard let small else { return divides(value, large: steps) }
    var rest: UInt64 = 0
    value.forEachDigit { rest = Self.next(rest, $0, small) }
    for _ in 0..<steps { rest = Self.next(rest, 0, small) }
    return rest == 0
  }

  private static func next(_ rest: UInt64, _ digit: UInt8, _ divisor: UInt64) -> UInt64 {
    let wide = rest.multipliedFullWidth(by: 10)
    let (low, carry) = wide.low.addingReportingOverflow(UInt64(digit))
    return divisor.dividingFullWidth((wide.high + (carry ? 1 : 0), low)).remainder
  }

  /// Long division by hand, for divisors of more than 18 digits.
  private func divides(_ value: DecimalView, large steps: Int) -> Bool {
    var rest: [UInt8] = []
    value.forEachDigit { step(&rest, $0) }
    for _ in 0..<steps { step(&rest, 0) }
    return rest.isEmpty
  }

  private func step(_ rest: inout [UInt8], _ digit: UInt8) {
    if !rest.isEmpty || digit != 0 { rest.append(digit) }
    while !isSmaller(rest) { subtract(&rest) }
  }

  private func isSmaller(_ rest: [UInt8]) -> Bool {
    rest.count != digits.count ? rest.count < digits.count : rest.lexicographicallyPrecedes(digits)
  }

  private func subtract(_ rest: inout [UInt8]) {
    var borrow = 0
    for index in 0..<rest.count {
      let place = rest.count - 1 - index
      let taken = index < digits.count ? Int(digits[digits.count - 1 - index]) : 0
      var difference = Int(rest[place]) - taken - borrow
      borrow = difference < 0 ? 1 : 0
      if difference < 0 { difference += 10 }
      rest[place] = UInt8(difference)
    }
    rest.removeFirst(rest.firstIndex { $0 != 0 } ?? rest.count)
  }
}
