/// The rule at the end of a zone's file, in the form of the variable TZ (POSIX): `CET-1CEST,M3.5.0,M10.5.0/3`. It says
/// what holds behind the last transition that the file lists.
struct TimeZoneRule {
  /// A day of the year and a time on it: the `week`th (5: last) `day` (0: Sunday) of `month`, or a day of the year.
  private struct Moment {
    var month = 0
    var week = 0
    var day = 0
    /// Days since January 1; nil: by month, week and day.
    var dayOfYear: Int?
    /// Whether `dayOfYear` never counts February 29.
    var isJulian = false
    var seconds = 7200
  }

  private let standard: (name: String, offset: Int64)
  private let summer: (name: String, offset: Int64)?
  private let begin: Moment
  private let end: Moment

  /// Whether there is no summer time.
  var isFixed: Bool { summer == nil }

  /// Nil: not such a rule.
  init?(_ text: String) {
    var rest = Substring(text)
    guard let name = Self.name(&rest), let offset = Self.time(&rest) else { return nil }
    standard = (name, -offset * 1000)
    guard !rest.isEmpty else {
      summer = nil
      (begin, end) = (Moment(), Moment())
      return
    }
    guard let second = Self.name(&rest) else { return nil }
    var summerOffset = standard.offset + 3_600_000
    if let first = rest.first, first != "," {
      guard let given = Self.time(&rest) else { return nil }
      summerOffset = -given * 1000
    }
    summer = (second, summerOffset)
    guard let from = Self.moment(&rest), let to = Self.moment(&rest), rest.isEmpty else { return nil }
    (begin, end) = (from, to)
  }

  /// The run of time around a moment.
  func period(at time: Int64, notBefore: Int64) -> (TimeZoneTable.Period, end: Int64) {
    guard let summer else {
      return (TimeZoneTable.Period(start: notBefore, offset: standard.offset, name: standard.name), .max)
    }
    let year = CivilTime(local: time + standard.offset).year
    var changes: [(at: Int64, isSummer: Bool)] = []
    for year in (year - 1)...(year + 1) {
      changes.append((Self.local(begin, year) - standard.offset, true))
      changes.append((Self.local(end, year) - summer.offset, false))
    }
    changes.sort { $0.at < $1.at }
    let current = changes.last { $0.at <= time } ?? changes[0]
    let next = changes.first { $0.at > time }?.at ?? .max
    let state = current.isSummer ? summer : standard
    return (TimeZoneTable.Period(start: max(current.at, notBefore), offset: state.offset, name: state.name), next)
  }

  private static func local(_ moment: Moment, _ year: Int) -> Int64 {
    let isLeap = CivilTime.isLeap(year)
    var day: Int
    if let number = moment.dayOfYear {
      day = CivilTime.days(year, 1, 1) + number
      if moment.isJulian, isLeap, number >= 59 { day += 1 }
    } else {
      let first = CivilTime.days(year, moment.month, 1)
      let weekday = ((first + 4) % 7 + 7) % 7
      day = first + (moment.day - weekday + 7) % 7 + (moment.week - 1) * 7
      if day >= first + CivilTime.daysInMonth(year, moment.month) { day -= 7 }
    }
    return (Int64(day) * 86_400 + Int64(moment.seconds)) * 1000
  }

  // MARK: - Reading

  private static func name(_ rest: inout Substring) -> String? {
    let name: Substring
    if rest.first == "<" {
      guard let close = rest.firstIndex(of: ">") else { return nil }
      name = rest[rest.index(after: rest.startIndex)..<close]
      rest = rest[rest.index(after: close)...]
    } else {
      name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
    }
    return name.isEmpty ? nil : String(name)
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  private static func time(_ rest: inout Substring) -> Int64? {
    var sign: Int64 = 1
    if let first = rest.first, first == "+" || first == "-" {
      sign = first == "-" ? -1 : 1
      rest.removeFirst()
    }
    let text = rest.prefix { $0.isNumber || $0 == ":" }
    rest = rest.dropFirst(text.count)
    let parts = text.split(separator: ":").compactMap { Int64($0) }
    guard (1...3).contains(parts.count), parts[0] <= 167 else { return nil }
    return sign * (parts[0] * 3600 + (parts.count > 1 ? parts[1] * 60 : 0) + (parts.count > 2 ? parts[2] : 0))
  }

  private static func moment(_ rest: inout Substring) -> Moment? {
    guard rest.first == "," else { return nil }
    rest.removeFirst()
    let text = rest.prefix { $0 != "," && $0 != "/" }
    rest = rest.dropFirst(text.count)
    var moment = Moment()
    if text.first == "M" {
      let parts = text.dropFirst().split(separator: ".").compactMap { Int($0) }
      guard parts.count == 3, (1...12).contains(parts[0]), (1...5).contains(parts[1]), (0...6).contains(parts[2]) else {
        return nil
      }
      (moment.month, moment.week, moment.day) = (parts[0], parts[1], parts[2])
    } else {
      moment.isJulian = text.first == "J"
      guard let number = Int(moment.isJulian ? text.dropFirst() : text) else { return nil }
      moment.dayOfYear = moment.isJulian ? number - 1 : number
    }
    if rest.first == "/" {
      rest.removeFirst()
      guard let seconds = time(&rest) else { return nil }
      moment.seconds = Int(seconds)
    }
    return moment
  }
}
