internal import ChangeModel
internal import Glibc

/// A time zone: its offsets from UTC over time, from the system's tz database (RFC 9636), or a fixed offset.
final class TimeZoneTable {
  /// A run of time with one offset.
  struct Period {
    /// The first millisecond since 1970.
    var start: Int64
    /// Milliseconds to add to UTC.
    var offset: Int64
    /// The abbreviation.
    var name: String
  }

  /// The identifier, as configured.
  let id: String
  private var periods: [Period]
  private let rule: TimeZoneRule?
  private var last: (range: Range<Int64>, offset: Int64) = (0..<0, 0)

  /// The zone of an identifier: `Europe/Berlin`, `UTC`, `+02:00`. Throws `objectTimeZone`.
  init(id: String) throws(CDCError) {
    self.id = id
    if let offset = Self.fixedOffset(id) {
      periods = [Period(start: .min, offset: offset, name: id)]
      rule = nil
      return
    }
    let file = try TimeZoneFile(id)
    periods = file.periods
    rule = file.rule
  }

  /// The offset at a moment (milliseconds since 1970).
  func offset(at time: Int64) -> Int64 {
    if last.range.contains(time) { return last.offset }
    let (period, end) = period(at: time)
    last = (max(period.start, .min + 1)..<end, period.offset)
    return period.offset
  }

  /// The abbreviation at a moment.
  func name(at time: Int64) -> String { period(at: time).0.name }

  /// The first change of the offset behind a moment; the moment itself where there is none (Joda-Time's
  /// `nextTransition`).
  func nextTransition(after time: Int64) -> Int64 {
    let end = period(at: time).1
    return end == .max ? time : end
  }

  /// Joda-Time's `convertUTCToLocal`.
  func local(fromUTC time: Int64) -> Int64 { time + offset(at: time) }

  /// Joda-Time's `convertLocalToUTC(instantLocal, false)`, step by step: local times that come twice or not at all end
  /// where they end there.
  func utc(fromLocal local: Int64) -> Int64 {
    let first = offset(at: local)
    var chosen = offset(at: local - first)
    if first != chosen, first < 0 {
      var byFirst = nextTransition(after: local - first)
      if byFirst == local - first { byFirst = .max }
      var byChosen = nextTransition(after: local - chosen)
      if byChosen == local - chosen { byChosen = .max }
      if byFirst != byChosen { chosen = first }
    }
    return local - chosen
  }

  private func period(at time: Int64) -> (Period, end: Int64) {
    var low = 0
    var high = periods.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if periods[middle].start <= time { low = middle } else { high = middle }
    }
    let end = low + 1 < periods.count ? periods[low + 1].start : Int64.max
    guard low + 1 == periods.count, let rule, periods.count > 1 || rule.isFixed == false else {
      return (periods[low], end)
    }
    return rule.period(at: time, notBefore: periods[low].start)
  }

  /// `+02:00`, `-0530`, `Z`; nil: not such an identifier.
  private static func fixedOffset(_ id: String) -> Int64? {
    if ["UTC", "Z", "GMT", "Etc/UTC"].contains(id) { return 0 }
    guard let sign = id.first, sign == "+" || sign == "-" else { return nil }
    let digits = id.dropFirst().filter { $0 != ":" }
    guard digits.count == 2 || digits.count == 4, let number = Int64(digits) else { return nil }
    let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
    guard hours < 24, minutes < 60 else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000
  }
}
