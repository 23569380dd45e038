internal import ChangeModel

/// numeric: a sign, a scale for display, and digits of base 10,000 around the decimal point (the server's
/// `numeric_recv`).
extension PostgresBinary {
  static func appendNumeric(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    switch form.kind {
    case .decimal:
      return appendDecimal(bytes, count: count, scale: Int(form.scale), to: &out)
    case .variableDecimal:
      var cursor = AvroCursor(bytes, count: count)
      let scale = cursor.long()
      let length = cursor.count()
      guard !cursor.hasFailed, abs(scale) <= 1_000_000 else { return .malformed }
      return appendDecimal(cursor.at, count: length, scale: Int(scale), to: &out)
    default:
      let value = number(bytes, count)
      return appendDecimal(value.magnitude, isNegative: value < 0, scale: 0, to: &out)
    }
  }

  /// From two's complement, big-endian.
  static func appendDecimal(
    _ bytes: UnsafePointer<UInt8>, count: Int, scale: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    guard scale <= 16383, scale >= -131_072 else { return .outOfRange }
    var start = 0
    // Sign bytes that say nothing new.
    while start + 1 < count,
      (bytes[start] == 0 && bytes[start + 1] < 0x80) || (bytes[start] == 0xFF && bytes[start + 1] >= 0x80)
    {
      start += 1
    }
    guard count - start <= 8, scale >= 0 else {
      return appendLargeDecimal(bytes + start, count: count - start, scale: scale, to: &out)
    }
    var value: Int64 = count > 0 && bytes[start] >= 0x80 ? -1 : 0
    for index in start..<count { value = value << 8 | Int64(bytes[index]) }
    return appendDecimal(value.magnitude, isNegative: value < 0, scale: scale, to: &out)
  }

  /// From a number of 64 bits and a scale that is not negative.
  private static func appendDecimal(
    _ magnitude: UInt64, isNegative: Bool, scale: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    // At most 20 digits: with an unaligned point they touch six groups. They are made from the last to the first.
    let room = 4 + 8 + 12
    let end = out.reserve(room)
    var place = room
    var rest = magnitude
    let odd = scale & 3
    var weight = -((scale + 3) / 4) - 1  // of the group behind the last one made
    if odd != 0 && rest != 0 {
      let power: UInt64 = odd == 1 ? 10 : odd == 2 ? 100 : 1000
      let (quotient, digits) = rest.quotientAndRemainder(dividingBy: power)
      place -= 2
      (end + place).storeBytes(of: UInt16(truncatingIfNeeded: digits &* (10_000 / power)).bigEndian, as: UInt16.self)
      rest = quotient
      weight += 1
    }
    while rest != 0 {
      let (quotient, digits) = rest.quotientAndRemainder(dividingBy: 10_000)
      place -= 2
      (end + place).storeBytes(of: UInt16(truncatingIfNeeded: digits).bigEndian, as: UInt16.self)
      rest = quotient
      weight += 1
    }
    let groups = (room - place) / 2
    appendNumericHeader(
      at: end, groups: groups, weight: groups == 0 ? 0 : weight, isNegative: isNegative, scale: scale)
    (end + 12).copyMemory(from: end + place, byteCount: groups * 2)
    out.commit(12 + groups * 2)
    return .none
  }

  private static func appendNumericHeader(
    at end: UnsafeMutableRawPointer, groups: Int, weight: Int, isNegative: Bool, scale: Int
  ) {
    end.storeBytes(of: Int32(truncatingIfNeeded: 8 + groups * 2).bigEndian, as: Int32.self)
    (end + 4).storeBytes(of: Int16(truncatingIfNeeded: groups).bigEndian, as: Int16.self)
    (end + 6).storeBytes(of: Int16(truncatingIfNeeded: weight).bigEndian, as: Int16.self)
    (end + 8).storeBytes(of: UInt16(isNegative ? 0x4000 : 0).bigEndian, as: UInt16.self)
    (end + 10).storeBytes(of: Int16(truncatingIfNeeded: max(scale, 0)).bigEndian, as: Int16.self)
  }

  /// Any number of digits: limbs of 32 bits, divided by 10,000² again and again.
  private static func appendLargeDecimal(
    _ bytes: UnsafePointer<UInt8>, count: Int, scale: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let isNegative = bytes[0] >= 0x80
    // The lowest group ends at a multiple of four digits from the point: multiply by the missing power of ten.
    let odd = scale & 3
    let padding = odd == 0 ? 0 : 4 - odd
    let power: UInt64 = [1, 10, 100, 1000][padding]
    var limbs = [UInt32](repeating: 0, count: (count + 3) / 4 + 1)  // the highest first
    for index in 0..<count {
      let byte = isNegative ? ~bytes[index] : bytes[index]
      let place = count - 1 - index
      limbs[limbs.count - 1 - place / 4] |= UInt32(byte) << UInt32(place % 4 * 8)
    }
    var carry: UInt64 = isNegative ? 1 : 0
    for index in limbs.indices.reversed() {
      let sum = UInt64(limbs[index]) + carry
      limbs[index] = UInt32(truncatingIfNeeded: sum)
      carry = sum >> 32
    }
    carry = 0
    for index in limbs.indices.reversed() {
      let product = UInt64(limbs[index]) &* power &+ carry
      limbs[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    var groups: [UInt16] = []  // the lowest first
    groups.reserveCapacity(limbs.count * 5 / 2 + 2)
    var first = 0
    while first < limbs.count {
      if limbs[first] == 0 {
        first += 1
        continue
      }
      var rest: UInt64 = 0
      for index in first..<limbs.count {
        let dividend = rest << 32 | UInt64(limbs[index])
        limbs[index] = UInt32(truncatingIfNeeded: dividend / 100_000_000)
        rest = dividend % 100_000_000
      }
      groups.append(UInt16(rest % 10_000))
      groups.append(UInt16(rest / 10_000))
    }
    while groups.last == 0 { groups.removeLast() }
    let lowest = -((scale + padding) / 4)
    let weight = groups.isEmpty ? 0 : lowest + groups.count - 1
    guard groups.count <= Int(Int16.max) * 2, weight <= Int(Int16.max), weight >= Int(Int16.min) else {
      return .outOfRange
    }
    var skipped = 0
    while skipped < groups.count, groups[skipped] == 0 { skipped += 1 }
    let digits = groups.count - skipped
    guard digits <= Int(Int16.max) || digits <= Int(UInt16.max) else { return .outOfRange }
    let end = out.reserve(12 + digits * 2)
    appendNumericHeader(at: end, groups: digits, weight: weight, isNegative: isNegative, scale: scale)
    for index in 0..<digits {
      (end + 12 + index * 2).storeBytes(of: groups[groups.count - 1 - index].bigEndian, as: UInt16.self)
    }
    out.commit(12 + digits * 2)
    return .none
  }
}
