/// Floating point numbers as JSON.
enum FloatText {
  /// NaN and the infinities, which JSON does not have, become texts.
  static func append(_ value: Double, isSingle: Bool, to out: Instance) {
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return out.integer(Int64(value)) }
    var text = isSingle ? Float(value).description : value.description
    text.withUTF8 { out.copy(value.isFinite ? .number : .string, UnsafeRawBufferPointer($0)) }
  }
}

/// Decimals (big-endian two's complement, with digits behind the point) as JSON numbers with all their digits.
enum DecimalBytes {
  static func append(_ bytes: UnsafeRawBufferPointer, _ scale: Int, to out: Instance) {
    guard bytes.count <= 8 else { return appendLarge(bytes, scale, to: out) }
    var value = bytes.first.map { $0 >= 0x80 ? Int64(-1) : 0 } ?? 0
    for byte in bytes { value = value << 8 | Int64(byte) }
    if scale == 0 { return out.integer(value) }
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var at = 20
      var rest = value.magnitude
      repeat {
        at -= 1
        digits[at] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      write(UnsafeRawBufferPointer(rebasing: digits[at...]), isNegative: value < 0, scale, to: out)
    }
  }

  private static func appendLarge(_ bytes: UnsafeRawBufferPointer, _ scale: Int, to out: Instance) {
    let isNegative = bytes[0] >= 0x80
    var magnitude = Array(bytes)
    if isNegative {
      var carry = true
      for index in magnitude.indices.reversed() {
        let inverted = ~magnitude[index]
        magnitude[index] = carry ? inverted &+ 1 : inverted
        carry = carry && inverted == 0xFF
      }
    }
    var digits: [UInt8] = []
    var first = 0
    while true {
      while first < magnitude.count, magnitude[first] == 0 { first += 1 }
      guard first < magnitude.count else { break }
      var rest: UInt = 0
      for index in first..<magnitude.count {
        let value = rest << 8 | UInt(magnitude[index])
        magnitude[index] = UInt8(value / 10)
        rest = value % 10
      }
      digits.append(UInt8(ascii: "0") + UInt8(rest))
    }
    if digits.isEmpty { digits = [UInt8(ascii: "0")] }
    digits.reverse()
    digits.withUnsafeBytes { write($0, isNegative: isNegative, scale, to: out) }
  }

  private static func write(
    _ digits: UnsafeRawBufferPointer, isNegative: Bool, _ scale: Int, to out: Instance
  ) {
    // Beyond any number that a column holds, the point goes into an exponent.
    let isPlain = scale >= 0 && scale <= 20_000
    let zeros = isPlain ? max(0, scale + 1 - digits.count) : 0
    let room = out.room(digits.count + zeros + 32)
    var count = 0
    func put(_ byte: UInt8) {
      room.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
      count += 1
    }
    if isNegative { put(UInt8(ascii: "-")) }
    let whole = isPlain ? digits.count + zeros - scale : digits.count
    for index in 0..<(digits.count + zeros) {
      if index == whole { put(UInt8(ascii: ".")) }
      put(index < zeros ? UInt8(ascii: "0") : digits[index - zeros])
    }
    if !isPlain {
      for byte in "e\(-scale)".utf8 { put(byte) }
    }
    out.text(.number, UnsafeRawBufferPointer(start: room, count: count))
  }
}

/// Bytes as base64.
enum BinaryText {
  private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  static func append(_ bytes: UnsafeRawBufferPointer, to out: Instance) {
    let size = (bytes.count + 2) / 3 * 4
    let room = out.room(size)
    for (group, start) in stride(from: 0, to: bytes.count, by: 3).enumerated() {
      let left = bytes.count - start
      let bits =
        UInt32(bytes[start]) << 16 | (left > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
        | (left > 2 ? UInt32(bytes[start + 2]) : 0)
      for place in 0..<4 {
        let letter = alphabet.utf8Start[Int(bits >> UInt32(18 - 6 * place) & 63)]
        room.storeBytes(
          of: place > left ? UInt8(ascii: "=") : letter, toByteOffset: group * 4 + place, as: UInt8.self)
      }
    }
    out.text(.string, UnsafeRawBufferPointer(start: room, count: size))
  }
}
