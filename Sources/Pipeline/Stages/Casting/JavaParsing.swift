/// Texts as numbers, by the rules of Java's `parseLong`, `parseDouble` and casts.
enum JavaParsing {
  /// `Long.parseLong` within a range; nil: it is no whole number, or out of the range.
  static func integer(_ text: UnsafeRawBufferPointer, _ range: ClosedRange<Int64>) -> Int64? {
    var at = 0
    var isNegative = false
    if text.count > 1, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
      isNegative = text[0] == UInt8(ascii: "-")
      at = 1
    }
    guard at < text.count else { return nil }
    var value: Int64 = 0
    while at < text.count {
      let digit = text[at] &- 48
      guard digit < 10 else { return nil }
      let (product, isOver) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOverToo) = product.subtractingReportingOverflow(Int64(digit))
      guard !isOver, !isOverToo else { return nil }
      value = sum
      at += 1
    }
    guard isNegative || value != .min else { return nil }
    value = isNegative ? value : -value
    return range.contains(value) ? value : nil
  }

  /// `Double.parseDouble`; hexadecimal forms are not taken.
  static func double(_ text: String) -> Double? {
    var bytes = Array(text.utf8)
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    if let last = bytes.last, last | 0x20 == UInt8(ascii: "f") || last | 0x20 == UInt8(ascii: "d") {
      bytes.removeLast()
    }
    guard bytes.contains(where: { $0 >= 48 && $0 <= 57 }) else { return special(bytes) }
    let isPlain = bytes.allSatisfy { byte in
      byte >= 48 && byte <= 57 || "+-.eE".utf8.contains(byte)
    }
    return isPlain ? Double(String(decoding: bytes, as: UTF8.self).swiftForm) : nil
  }

  private static func special(_ bytes: [UInt8]) -> Double? {
    switch String(decoding: bytes, as: UTF8.self) {
    case "NaN", "+NaN", "-NaN": .nan
    case "Infinity", "+Infinity": .infinity
    case "-Infinity": -.infinity
    default: nil
    }
  }

  /// A decimal's whole part, as `new BigDecimal(text).longValue()` has it for what fits into 64 bits.
  static func wholePart(_ text: String) -> Int64? {
    guard let point = text.firstIndex(of: "."), !text.contains(where: { $0 == "e" || $0 == "E" }) else {
      if let number = Int64(text) { return number }
      return double(text).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
    }
    guard double(text) != nil else { return nil }
    let whole = text[..<point]
    return whole.isEmpty || whole == "-" || whole == "+" ? 0 : Int64(whole)
  }

  /// A number cut to the bits of a type.
  static func narrowed(_ number: Int64, to type: ConnectType) -> Int64 {
    switch type {
    case .int8: Int64(Int8(truncatingIfNeeded: number))
    case .int16: Int64(Int16(truncatingIfNeeded: number))
    case .int32: Int64(Int32(truncatingIfNeeded: number))
    default: number
    }
  }

  /// A floating point number as a whole number: NaN is 0, what is too large is the largest; the shorter types are cut
  /// out of 32 bits.
  static func whole(_ number: Double, to type: ConnectType) -> Int64 {
    if number.isNaN { return 0 }
    if type == .int64 {
      if number >= 0x1p63 { return .max }
      return number <= -0x1p63 ? .min : Int64(number)
    }
    let clamped: Int64 =
      number >= 2_147_483_647 ? 2_147_483_647 : number <= -2_147_483_648 ? -2_147_483_648 : Int64(number)
    return narrowed(clamped, to: type)
  }
}

extension String {
  /// `1.` and `.5`, which Java takes, as Swift reads them.
  fileprivate var swiftForm: String {
    var out = ""
    let scalars = Array(unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let isAfterDigit = index > 0 && ("0"..."9").contains(scalars[index - 1])
      let isBeforeDigit = index + 1 < scalars.count && ("0"..."9").contains(scalars[index + 1])
      if scalar == ".", !isAfterDigit { out += "0" }
      out.unicodeScalars.append(scalar)
      if scalar == ".", !isBeforeDigit { out += "0" }
    }
    return out
  }
}
