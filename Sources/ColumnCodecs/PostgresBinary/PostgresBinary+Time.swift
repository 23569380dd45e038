internal import ChangeModel

/// Dates and times: days and microseconds since 2000-01-01.
extension PostgresBinary {
  private static let daysTo2000: Int32 = 10_957
  private static let microsecondsTo2000: Int64 = 946_684_800_000_000
  private static let secondsOfDay: Int64 = 86_400

  static func appendDate(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let days: Int32
    switch form.kind {
    case .isoDate:
      var text = ISOTime(bytes, count: count)
      guard let day = text.date(), let fitting = Int32(exactly: day) else { return .malformed }
      days = fitting &- daysTo2000
    default:
      guard let value = Int32(exactly: number(bytes, count)) else { return .outOfRange }
      switch value {
      // What Debezium's snapshot makes of the infinities. The stream's numbers fall on the server's own by overflow.
      case -622_191_234: days = .max
      case -625_821_272: days = .min
      default: days = value &- daysTo2000
      }
    }
    out.appendBigEndian(Int32(4))
    out.appendBigEndian(days)
    return .none
  }

  static func appendTime(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let microseconds: Int64
    switch form.kind {
    case .timeMillis: microseconds = number(bytes, count) &* 1000
    case .timeNanos: microseconds = number(bytes, count) / 1000
    case .isoTime:
      var text = ISOTime(bytes, count: count)
      guard let time = text.time() else { return .malformed }
      microseconds = time
    default: microseconds = number(bytes, count)
    }
    guard microseconds >= 0, microseconds <= secondsOfDay * 1_000_000 else { return .outOfRange }
    return appendEight(microseconds, to: &out)
  }

  static func appendTimeWithZone(
    _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    var text = ISOTime(bytes, count: count)
    guard let time = text.time(), let offset = text.zone(), text.isAtEnd else { return .malformed }
    out.appendBigEndian(Int32(12))
    out.appendBigEndian(time)
    out.appendBigEndian(Int32(truncatingIfNeeded: -offset))  // the server counts to the west
    return .none
  }

  static func appendTimestamp(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    switch form.kind {
    case .timestampMicros:
      let value = number(bytes, count)
      // Debezium's numbers for infinity: those of the PostgreSQL driver.
      if value == 9_223_372_036_825_200_000 { return appendEight(.max, to: &out) }
      if value == -9_223_372_036_832_400_000 { return appendEight(.min, to: &out) }
      return appendSince1970(value, to: &out)
    case .timestampMillis:
      let value = number(bytes, count)
      if value == 9_223_372_036_825_200 { return appendEight(.max, to: &out) }
      if value == -9_223_372_036_832_400 { return appendEight(.min, to: &out) }
      let (microseconds, overflow) = value.multipliedReportingOverflow(by: 1000)
      guard !overflow else { return .outOfRange }
      return appendSince1970(microseconds, to: &out)
    case .timestampNanos:
      let value = number(bytes, count)
      return appendSince1970(value >= 0 ? value / 1000 : (value - 999) / 1000, to: &out)
    default:
      return appendTimestampText(bytes, count: count, to: &out)
    }
  }

  private static func appendTimestampText(
    _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    var text = ISOTime(bytes, count: count)
    if text.take("infinity") { return appendEight(.max, to: &out) }
    if text.take("-infinity") { return appendEight(.min, to: &out) }
    guard let days = text.date(), text.takeSeparator(), let time = text.time() else { return .malformed }
    let offset = text.isAtEnd ? 0 : text.zone()
    guard let offset, text.isAtEnd else { return .malformed }
    let sinceMidnight = time - offset * 1_000_000
    let (whole, overflow) = (days - Int64(daysTo2000)).multipliedReportingOverflow(by: secondsOfDay * 1_000_000)
    guard !overflow else { return .outOfRange }
    let (sum, carried) = whole.addingReportingOverflow(sinceMidnight)
    guard !carried else { return .outOfRange }
    return appendEight(sum, to: &out)
  }

  private static func appendSince1970(_ microseconds: Int64, to out: inout ByteBuffer) -> CopyFault {
    let (value, overflow) = microseconds.subtractingReportingOverflow(microsecondsTo2000)
    guard !overflow else { return .outOfRange }
    return appendEight(value, to: &out)
  }

  static func appendInterval(
    _ form: EventForm, _ bytes: UnsafePointer<UInt8>, count: Int, to out: inout ByteBuffer
  ) -> CopyFault {
    let value = number(bytes, count)
    out.appendBigEndian(Int32(16))
    out.appendBigEndian(form.kind == .durationNanos ? value / 1000 : value)
    out.appendBigEndian(Int64(0))  // no days, no months: the event has none
    return .none
  }

  @inline(__always) private static func appendEight(_ value: Int64, to out: inout ByteBuffer) -> CopyFault {
    let end = out.reserve(12)
    end.storeBytes(of: Int32(8).bigEndian, as: Int32.self)
    (end + 4).storeBytes(of: value.bigEndian, as: Int64.self)
    out.commit(12)
    return .none
  }
}
