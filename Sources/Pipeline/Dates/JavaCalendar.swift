/// Java's calendar in UTC: Gregorian from 15 October 1582 on, Julian before, as `java.util.GregorianCalendar` counts.
struct JavaCalendar {
  static let dayMilliseconds: Int64 = 86_400_000
  /// The first day of the Gregorian calendar, in days since 1970.
  private static let cutover: Int64 = -141_427

  var year: Int64
  var month: Int
  var day: Int
  /// From 1 on.
  var dayOfYear: Int
  /// 1: Monday … 7: Sunday.
  var weekday: Int
  var hour: Int
  var minute: Int
  var second: Int
  var millisecond: Int

  /// The moment so many milliseconds after 1970.
  init(_ milliseconds: Int64) {
    let days = Self.floor(milliseconds, Self.dayMilliseconds)
    let rest = milliseconds - days * Self.dayMilliseconds
    let date = Self.date(days)
    year = date.year
    month = date.month
    day = date.day
    dayOfYear = Int(days - Self.days(year: year, month: 1, day: 1)) + 1
    weekday = Int(Self.modulo(days + 3, 7)) + 1
    hour = Int(rest / 3_600_000)
    minute = Int(rest / 60_000 % 60)
    second = Int(rest / 1000 % 60)
    millisecond = Int(rest % 1000)
  }

  static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 { value - floor(value, divisor) * divisor }

  private static func date(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
    // Both calendars count years from March, so that a leap day is the last of its year.
    if days >= cutover {
      let shifted = days + 719_468
      let era = floor(shifted, 146_097)
      let inEra = shifted - era * 146_097
      let yearInEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
      return month(
        yearInEra + era * 400, inEra - (365 * yearInEra + yearInEra / 4 - yearInEra / 100))
    }
    let shifted = days + 719_470
    let era = floor(shifted, 1461)
    let inEra = shifted - era * 1461
    let yearInEra = (inEra - inEra / 1460) / 365
    return month(yearInEra + era * 4, inEra - yearInEra * 365)
  }

  private static func month(_ year: Int64, _ dayFromMarch: Int64) -> (year: Int64, month: Int, day: Int) {
    let shifted = (5 * dayFromMarch + 2) / 153
    let day = Int(dayFromMarch - (153 * shifted + 2) / 5) + 1
    let month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
    return (month <= 2 ? year + 1 : year, month, day)
  }

  /// Days since 1970 of a date; months and days out of their range roll over, as a lenient calendar takes them.
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = year + floor(month - 1, 12)
    let month = modulo(month - 1, 12) + 1
    let fromMarch = month <= 2 ? year - 1 : year
    let inYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    let era = floor(fromMarch, 400)
    let inEra = fromMarch - era * 400
    let gregorian = era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + inYear - 719_468 + day - 1
    if gregorian >= cutover { return gregorian }
    return fromMarch * 365 + floor(fromMarch, 4) + inYear - 719_470 + day - 1
  }
}
