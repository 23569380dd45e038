public import ChangeModel

/// PostgreSQL's binary COPY format, written straight from an event's Avro bytes. Pure functions; none allocates, except
/// for numbers of more than 38 digits.
///
/// https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4; the fields' forms are those of the server's
/// `*_recv` functions.
public enum PostgresBinary {
  /// The signature, flags and header extension in front of the first row.
  public static let header: [UInt8] =
    [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [0, 0, 0, 0, 0, 0, 0, 0]
  /// The trailer behind the last row: a field count of -1.
  public static let trailer: [UInt8] = [0xFF, 0xFF]

  /// Appends a null field.
  @inlinable public static func appendNull(to out: inout ByteBuffer) { out.appendBigEndian(Int32(-1)) }

  /// Appends one field: its length and the value that lies at `bytes` (strings and bytes without their length, numbers
  /// as Avro writes them, records and arrays whole). After a fault the buffer's end is undefined: cut it back.
  public static func append(
    _ field: CopyField, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    if field.kind == .array { return appendArray(field, bytes, count: count, to: &out) }
    return append(field.kind, field.form, bytes, count: count, to: &out)
  }

  static func append(
    _ kind: CopyField.Kind, _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    switch kind {
    case .text:
      return appendRun(bytes, count: count, to: &out)
    case .bytea:
      return appendRun(bytes, count: count, to: &out)
    case .jsonb:
      out.appendBigEndian(Int32(truncatingIfNeeded: count + 1))
      out.append(1)
      out.append(UnsafeRawBufferPointer(start: bytes, count: count))
      return .none
    case .int2: return appendInteger(Int16.self, bytes, count: count, to: &out)
    case .int4: return appendInteger(Int32.self, bytes, count: count, to: &out)
    case .int8: return appendInteger(Int64.self, bytes, count: count, to: &out)
    case .oid: return appendInteger(UInt32.self, bytes, count: count, to: &out)
    case .float4: return appendFloat4(form, bytes, count: count, to: &out)
    case .float8: return appendFloat8(form, bytes, count: count, to: &out)
    case .bool:
      out.appendBigEndian(Int32(1))
      out.append(bytes.pointee == 0 ? 0 : 1)
      return .none
    case .numeric: return appendNumeric(form, bytes, count: count, to: &out)
    case .uuid: return appendUUID(bytes, count: count, to: &out)
    case .date: return appendDate(form, bytes, count: count, to: &out)
    case .time: return appendTime(form, bytes, count: count, to: &out)
    case .timetz: return appendTimeWithZone(bytes, count: count, to: &out)
    case .timestamp: return appendTimestamp(form, bytes, count: count, to: &out)
    case .interval: return appendInterval(form, bytes, count: count, to: &out)
    case .bits: return appendBits(form, bytes, count: count, to: &out)
    case .point: return appendPoint(bytes, count: count, to: &out)
    case .geometry: return appendGeometry(bytes, count: count, to: &out)
    case .array: return .malformed  // arrays of arrays are no type of the server's
    }
  }

  private static func appendRun(
    _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let end = out.reserve(4 + count)
    end.storeBytes(of: Int32(truncatingIfNeeded: count).bigEndian, as: Int32.self)
    (end + 4).copyMemory(from: bytes, byteCount: count)
    out.commit(4 + count)
    return .none
  }

  /// The zigzag number at `bytes`.
  @inline(__always) static func number(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64 {
    var cursor = AvroCursor(bytes, count: count)
    return cursor.long()
  }

  @inline(__always) private static func appendInteger<Integer: FixedWidthInteger>(
    _: Integer.Type, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    guard let value = Integer(exactly: number(bytes, count)) else { return .outOfRange }
    let size = MemoryLayout<Integer>.size
    let end = out.reserve(4 + size)
    end.storeBytes(of: Int32(truncatingIfNeeded: size).bigEndian, as: Int32.self)
    (end + 4).storeBytes(of: value.bigEndian, as: Integer.self)
    out.commit(4 + size)
    return .none
  }

  private static func appendFloat4(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let bits: UInt32
    switch form.shape {
    case .four: bits = UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self).littleEndian
    case .eight:
      let value = Double(bitPattern: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).littleEndian)
      let narrow = Float(value)
      guard narrow.isFinite || !value.isFinite else { return .outOfRange }
      bits = narrow.bitPattern
    default: bits = Float(number(bytes, count)).bitPattern
    }
    out.appendBigEndian(Int32(4))
    out.appendBigEndian(bits)
    return .none
  }

  private static func appendFloat8(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let bits: UInt64
    switch form.shape {
    case .eight: bits = UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).littleEndian
    case .four:
      bits = Double(Float(bitPattern: UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self).littleEndian)).bitPattern
    default: bits = Double(number(bytes, count)).bitPattern
    }
    out.appendBigEndian(Int32(8))
    out.appendBigEndian(bits)
    return .none
  }

  private static func appendUUID(
    _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let end = out.reserve(20)
    end.storeBytes(of: Int32(16).bigEndian, as: Int32.self)
    var digits = 0
    var high: UInt8 = 0
    for index in 0..<count {
      let byte = bytes[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte &- 0x30
      case 0x61...0x66: digit = byte &- 0x57
      case 0x41...0x46: digit = byte &- 0x37
      case 0x2D, 0x7B, 0x7D: continue
      default: return .malformed
      }
      guard digits < 32 else { return .malformed }
      if digits & 1 == 0 {
        high = digit << 4
      } else {
        (end + 4 + digits / 2).storeBytes(of: high | digit, as: UInt8.self)
      }
      digits += 1
    }
    guard digits == 32 else { return .malformed }
    out.commit(20)
    return .none
  }
}
