/// Writes moments as `2026-11-25T04:53:11.123Z`.
public enum Timestamp {
  /// The text of a moment in nanoseconds since 1970.
  public static func text(_ nanoseconds: Int64) -> String {
    var out: [UInt8] = []
    append(nanoseconds, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  static func append(_ nanoseconds: Int64, to out: inout [UInt8]) {
    let milliseconds = floorDivide(nanoseconds, 1_000_000)
    let seconds = floorDivide(milliseconds, 1000)
    let days = floorDivide(seconds, 86_400)
    let (year, month, day) = civil(days)
    let ofDay = seconds - days * 86_400
    append(year, 4, to: &out)
    out.append(UInt8(ascii: "-"))
    append(month, 2, to: &out)
    out.append(UInt8(ascii: "-"))
    append(day, 2, to: &out)
    out.append(UInt8(ascii: "T"))
    append(ofDay / 3600, 2, to: &out)
    out.append(UInt8(ascii: ":"))
    append(ofDay / 60 % 60, 2, to: &out)
    out.append(UInt8(ascii: ":"))
    append(ofDay % 60, 2, to: &out)
    out.append(UInt8(ascii: "."))
    append(milliseconds - seconds * 1000, 3, to: &out)
    out.append(UInt8(ascii: "Z"))
  }

  private static func append(_ number: Int64, _ width: Int, to out: inout [UInt8]) {
    let digits = String(number)
    out += repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.utf8.count))
    out += digits.utf8
  }

  /// Year, month and day of a day counted from 1970, by the Gregorian calendar's cycle of 400 years.
  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let cycle = floorDivide(shifted, 146_097)
    let dayOfCycle = shifted - cycle * 146_097
    let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func floorDivide(_ one: Int64, _ other: Int64) -> Int64 {
    let quotient = one / other
    return one % other < 0 ? quotient - 1 : quotient
  }
}
