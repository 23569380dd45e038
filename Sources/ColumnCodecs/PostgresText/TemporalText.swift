internal import ChangeModel

/// Dates, times and timestamps as numbers. Timestamps without a zone are taken as UTC, as Debezium does.
enum TemporalText {
  // What Debezium makes of the infinities: the driver's constants pressed into other types. They mean nothing but
  // "infinite" and are what consumers of its events know.
  private static let positiveInfinity: (microseconds: Int64, milliseconds: Int64) =
    (9_223_372_036_825_200_000, 9_223_372_036_825_200)
  private static let negativeInfinity: (microseconds: Int64, milliseconds: Int64) =
    (-9_223_372_036_832_400_000, -9_223_372_036_832_400)
  private static let positiveInfinityDate: Int64 = -2_147_472_692
  private static let negativeInfinityDate: Int64 = -2_147_472_691

  static func appendDate(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    var parser = TemporalParser(text)
    guard let days = parser.date() else {
      guard parser.infinity != 0 else { return false }
      out.appendLong(parser.infinity > 0 ? positiveInfinityDate : negativeInfinityDate)
      return true
    }
    guard parser.isAtEnd else { return false }
    out.appendLong(days)
    return true
  }

  static func appendTime(_ text: UnsafeRawBufferPointer, inMicroseconds: Bool, to out: inout ByteBuffer) -> Bool {
    var parser = TemporalParser(text)
    guard let microseconds = parser.time(), parser.isAtEnd else { return false }
    out.appendLong(inMicroseconds ? microseconds : microseconds / 1000)
    return true
  }

  static func appendTimestamp(_ text: UnsafeRawBufferPointer, inMicroseconds: Bool, to out: inout ByteBuffer) -> Bool {
    var parser = TemporalParser(text)
    guard let time = parser.dateAndTime() else {
      guard parser.infinity != 0 else { return false }
      let infinity = parser.infinity > 0 ? positiveInfinity : negativeInfinity
      out.appendLong(inMicroseconds ? infinity.microseconds : infinity.milliseconds)
      return true
    }
    guard parser.isAtEnd else { return false }
    guard inMicroseconds else {
      out.appendLong(time.millisecondsSince1970)
      return true
    }
    guard let microseconds = time.microsecondsSince1970 else { return false }
    out.appendLong(microseconds)
    return true
  }
}
