internal import ChangeModel

/// Values with parts: arrays, bits, points, geometries.
extension PostgresBinary {
  /// One dimension, from 1 on; an empty list has none (the server's `array_recv`).
  static func appendArray(
    _ field: CopyField, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    var cursor = AvroCursor(bytes, count: count)
    let start = out.count
    out.appendBigEndian(Int32(0))  // the length, known at the end
    out.appendBigEndian(Int32(1))
    out.appendBigEndian(Int32(0))  // whether there are nulls, likewise
    out.appendBigEndian(field.elementOID)
    out.appendBigEndian(Int32(0))  // elements, likewise
    out.appendBigEndian(Int32(1))
    var elements: Int64 = 0
    var hasNull = false
    while true {
      var block = cursor.long()
      if block == 0 { break }
      if block < 0 {
        block = -block
        cursor.skipLong()
      }
      guard !cursor.hasFailed, block > 0, block <= Int64(count) else { return .malformed }
      elements += block
      while block > 0 {
        block -= 1
        if field.elementNull >= 0, cursor.long() == Int64(field.elementNull) {
          hasNull = true
          appendNull(to: &out)
          continue
        }
        let (at, length) = element(field.elementForm, &cursor)
        guard !cursor.hasFailed else { return .malformed }
        let fault = append(field.elementKind, field.elementForm, at, count: length, to: &out)
        guard fault == .none else { return fault }
      }
    }
    guard !cursor.hasFailed, elements <= Int64(Int32.max) else { return .malformed }
    if elements == 0 {
      out.truncate(to: start + 16)
      out.overwriteBigEndian(Int32(0), at: start + 4)
    } else {
      out.overwriteBigEndian(Int32(truncatingIfNeeded: elements), at: start + 16)
    }
    out.overwriteBigEndian(Int32(hasNull ? 1 : 0), at: start + 8)
    out.overwriteBigEndian(Int32(truncatingIfNeeded: out.count - start - 4), at: start)
    return .none
  }

  /// Where the next element's value lies; moves behind it.
  private static func element(
    _ form: EventForm, _ cursor: inout AvroCursor
  ) -> (at: UnsafePointer<UInt8>, count: Int) {
    let start = cursor.at
    switch form.shape {
    case .nothing: break
    case .byte: cursor.skip(1)
    case .number: cursor.skipLong()
    case .four: cursor.skip(4)
    case .eight: cursor.skip(8)
    case .counted:
      let count = cursor.count()
      let at = cursor.at
      cursor.skip(count)
      return (at, count)
    case .nested:
      if form.kind == .variableDecimal {
        cursor.skipLong()
        cursor.skip(cursor.count())
      } else if form.kind == .geometry {
        cursor.skip(cursor.count())
        if cursor.long() != 0 { cursor.skipLong() }
      } else {
        cursor.fail()
      }
    }
    return (start, cursor.at - start)
  }

  /// bit and varbit: the number of bits, then the bits from the highest on, filled up at the end with zeros.
  static func appendBits(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    if form.kind == .boolean {
      out.appendBigEndian(Int32(5))
      out.appendBigEndian(Int32(1))
      out.append(bytes.pointee == 0 ? 0 : 0x80)
      return .none
    }
    // The event has the number's bytes, lowest first; how long a varbit was it does not tell beyond them.
    let bits = form.scale == 0 && form.length > 0 ? Int(form.length) : min(Int(form.length), count * 8)
    let size = (bits + 7) / 8
    out.appendBigEndian(Int32(truncatingIfNeeded: 4 + size))
    out.appendBigEndian(Int32(truncatingIfNeeded: bits))
    for place in 0..<size {
      var byte: UInt8 = 0
      for offset in 0..<8 where place * 8 + offset < bits {
        let bit = bits - 1 - (place * 8 + offset)
        if bit / 8 < count, bytes[bit / 8] >> UInt8(bit % 8) & 1 == 1 { byte |= 0x80 >> UInt8(offset) }
      }
      out.append(byte)
    }
    return .none
  }

  static func appendPoint(_ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer) -> CopyFault {
    guard count >= 16 else { return .malformed }
    out.appendBigEndian(Int32(16))
    for offset in [0, 8] {
      out.appendBigEndian(UnsafeRawPointer(bytes + offset).loadUnaligned(as: UInt64.self).littleEndian)
    }
    return .none
  }

  /// PostGIS takes EWKB. Plain WKB with the SRID beside it (MySQL) gets the SRID put in.
  static func appendGeometry(_ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer) -> CopyFault {
    var cursor = AvroCursor(bytes, count: count)
    let length = cursor.count()
    let wkb = cursor.at
    cursor.skip(length)
    let srid: Int64? = cursor.long() == 0 ? nil : cursor.long()
    guard !cursor.hasFailed, length >= 5 else { return .malformed }
    let isLittle = wkb[0] == 1
    let raw = UnsafeRawPointer(wkb + 1).loadUnaligned(as: UInt32.self)
    let type = isLittle ? UInt32(littleEndian: raw) : UInt32(bigEndian: raw)
    guard let srid, srid != 0, type & 0x2000_0000 == 0, let number = UInt32(exactly: srid) else {
      out.appendBigEndian(Int32(truncatingIfNeeded: length))
      out.append(UnsafeRawBufferPointer(start: wkb, count: length))
      return .none
    }
    out.appendBigEndian(Int32(truncatingIfNeeded: length + 4))
    out.append(wkb[0])
    for value in [type | 0x2000_0000, number] {
      out.appendBigEndian(isLittle ? value.byteSwapped : value)
    }
    out.append(UnsafeRawBufferPointer(start: wkb + 5, count: length - 5))
    return .none
  }
}
