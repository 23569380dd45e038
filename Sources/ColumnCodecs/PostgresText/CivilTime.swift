/// A date and time of day as numbers: days since 1970 and microseconds since midnight. Two numbers, because
/// PostgreSQL's range is larger than microseconds since 1970 in 64 bits.
struct CivilTime {
  static let dayMicroseconds: Int64 = 86_400_000_000

  var days: Int64
  var microseconds: Int64

  /// Microseconds since 1970; nil where 64 bits do not hold them.
  var microsecondsSince1970: Int64? {
    let (product, first) = days.multipliedReportingOverflow(by: Self.dayMicroseconds)
    let (sum, second) = product.addingReportingOverflow(microseconds)
    return first || second ? nil : sum
  }

  /// Milliseconds since 1970.
  var millisecondsSince1970: Int64 { days * 86_400_000 + microseconds / 1000 }

  /// Moves by some seconds, over midnight if need be.
  mutating func add(seconds: Int64) {
    microseconds += seconds * 1_000_000
    while microseconds < 0 {
      microseconds += Self.dayMicroseconds
      days -= 1
    }
    while microseconds >= Self.dayMicroseconds {
      microseconds -= Self.dayMicroseconds
      days += 1
    }
  }

  /// Days since 1970 of a date in the proleptic Gregorian calendar (year 0 is 1 BC).
  /// The algorithm is Howard Hinnant's `days_from_civil` (https://howardhinnant.github.io/date_algorithms.html).
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date of a day since 1970 (`civil_from_days` of the same source).
  static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
