/// Times as AWS writes them. All in UTC, in seconds since 1970.
enum AWSTime {
  /// `20130524T000000Z`.
  static func basic(_ seconds: Int64) -> String {
    let seconds = max(0, seconds)
    let (day, rest) = seconds.quotientAndRemainder(dividingBy: 86400)
    let (year, month, date) = civil(day)
    let clock = two(rest / 3600) + two(rest / 60 % 60) + two(rest % 60)
    let years = String(year)
    return String(repeating: "0", count: max(0, 4 - years.count)) + years + two(month) + two(date) + "T" + clock + "Z"
  }

  /// Reads `2013-05-24T00:00:00Z`, also with a fraction, or with `+00:00`; nil: it is something else.
  static func seconds(_ text: String) -> Int64? {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "-").compactMap { Int64($0) }
    let clock = parts[1].prefix(8).split(separator: ":").compactMap { Int64($0) }
    var zone = parts[1].dropFirst(8)
    if zone.hasPrefix(".") { zone = zone.dropFirst().drop { $0.isWholeNumber } }
    guard date.count == 3, clock.count == 3, ["Z", "+00:00", "+0000"].contains(zone) else { return nil }
    guard (1...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]) else { return nil }
    guard (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0..<61).contains(clock[2]) else { return nil }
    return days(date[0], date[1], date[2]) * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Days since 1970 of a date, by years that begin in March (Howard Hinnant, `days_from_civil`).
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let date = dayOfYear - (153 * month + 2) / 5 + 1
    let civilMonth = month < 10 ? month + 3 : month - 9
    return (yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, date)
  }
}
