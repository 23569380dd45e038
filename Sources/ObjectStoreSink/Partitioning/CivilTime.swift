/// A moment on the clock and calendar (ISO) of a zone.
struct CivilTime {
  var year: Int
  var month: Int
  var day: Int
  /// Milliseconds since midnight.
  var milliseconds: Int
  /// 1: Monday, 7: Sunday.
  var weekday: Int
  /// 1: January 1.
  var dayOfYear: Int

  /// From milliseconds since 1970 of the zone's own clock.
  init(local: Int64) {
    var days = Int(local / 86_400_000)
    var rest = Int(local % 86_400_000)
    if rest < 0 {
      rest += 86_400_000
      days -= 1
    }
    milliseconds = rest
    weekday = ((days + 3) % 7 + 7) % 7 + 1
    // Days to a date by eras of 400 years (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayFromMarch + 2) / 153
    day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    dayOfYear = days - Self.days(year, 1, 1) + 1
  }

  /// The ISO week's year and number.
  var week: (year: Int, number: Int) {
    let number = (dayOfYear - weekday + 10) / 7
    if number < 1 { return (year - 1, Self.weeks(in: year - 1)) }
    if number > Self.weeks(in: year) { return (year + 1, 1) }
    return (year, number)
  }

  /// Days since 1970.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func isLeap(_ year: Int) -> Bool { (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 }

  static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func weeks(in year: Int) -> Int {
    let first = ((days(year, 1, 1) + 3) % 7 + 7) % 7 + 1
    return first == 4 || (first == 3 && isLeap(year)) ? 53 : 52
  }
}
