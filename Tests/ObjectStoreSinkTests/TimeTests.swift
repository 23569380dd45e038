import ChangeModel
import Foundation
import TestSupport
import Testing

@testable import ObjectStoreSink

/// Joda-Time's patterns, time zones and ISO times.
@Suite struct TimeTests {
  // 2026-03-29T00:59:59.123Z: a second before the clocks of Europe go forward.
  private static let spring: Int64 = 1_774_745_999_123

  @Test(
    "patterns are written as Joda-Time does",
    arguments: [
      ("'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH", "UTC", "year=2026/month=03/day=29/hour=00"),
      ("YYYY-MM-dd HH:mm:ss.SSS", "Europe/Berlin", "2026-03-29 01:59:59.123"),
      ("yy M d H m s S SSSS", "UTC", "26 3 29 0 59 59 1 1230"),
      ("xxxx-'W'ww-e", "UTC", "2026-W13-7"), ("D DDD", "UTC", "88 088"),
      ("EEE EEEE MMM MMMM", "UTC", "Sun Sunday Mar March"), ("h K k a", "UTC", "12 0 24 AM"),
      ("G C Y", "UTC", "AD 20 2026"), ("Z ZZ ZZZ", "Europe/Berlin", "+0100 +01:00 Europe/Berlin"),
      ("Z ZZ", "-05:30", "-0530 -05:30"), ("z", "Europe/Berlin", "CET"), ("'o''clock' '' HH", "UTC", "o'clock ' 00"),
      ("YYYYMMdd", "Asia/Kolkata", "20260329"), ("YYYYYY", "UTC", "002026"), ("d/'d'/dd", "UTC", "29/d/29"),
    ])
  func patterns(pattern: String, zone: String, expected: String) throws {
    let zone = try TimeZoneTable(id: zone)
    #expect(try JodaPattern(pattern).text(of: Self.spring, in: zone) == expected)
  }

  @Test func theWeekYearIsNotTheCalendarYear() throws {
    let zone = try TimeZoneTable(id: "UTC")
    let time = Int64(CivilTime.days(2024, 12, 30)) * 86_400_000
    #expect(try JodaPattern("YYYY xxxx ww").text(of: time, in: zone) == "2024 2025 01")
    let first = Int64(CivilTime.days(2027, 1, 1)) * 86_400_000
    #expect(try JodaPattern("YYYY xxxx ww").text(of: first, in: zone) == "2027 2026 53")
  }

  @Test(arguments: ["'year'=YYYY/n", "b", "YYYY-MM-ddTHH"]) func unknownLettersAreRefused(pattern: String) {
    #expect(throws: JodaPattern.Problem.self) { try JodaPattern(pattern) }
  }

  @Test func anEmptyPatternIsRefused() {
    let problem = #expect(throws: JodaPattern.Problem.self) { try JodaPattern("") }
    #expect(problem?.message == "Invalid pattern specification")
  }

  @Test(arguments: [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC",
  ])
  func offsetsAreTheSystems(id: String) throws {
    let zone = try TimeZoneTable(id: id)
    let known = try #require(TimeZone(identifier: id))
    var time: Int64 = -2_000_000_000_000
    while time < 4_000_000_000_000 {
      let expected = Int64(known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1000))) * 1000
      // Foundation knows offsets to the second only since some versions; before 1950 local mean times differ.
      if time > -600_000_000_000 { #expect(zone.offset(at: time) == expected, "\(id) at \(time)") }
      time += 86_400_000 * 9 + 3_601_000
    }
  }

  @Test func timesBehindTheTableFollowTheRule() throws {
    let zone = try TimeZoneTable(id: "Europe/Berlin")
    let summer = Int64(CivilTime.days(2070, 7, 1)) * 86_400_000
    let winter = Int64(CivilTime.days(2070, 12, 1)) * 86_400_000
    #expect(zone.offset(at: summer) == 7_200_000)
    #expect(zone.offset(at: winter) == 3_600_000)
    #expect(zone.name(at: summer) == "CEST")
    // The last Sunday of March 2070 is the 30th; the clocks change at 01:00 UTC.
    let change = Int64(CivilTime.days(2070, 3, 30)) * 86_400_000 + 3_600_000
    #expect(zone.offset(at: change - 1) == 3_600_000)
    #expect(zone.offset(at: change) == 7_200_000)
    #expect(zone.nextTransition(after: change - 1) == change)
  }

  @Test func localTimesThatComeTwiceOrNotAtAll() throws {
    let berlin = try TimeZoneTable(id: "Europe/Berlin")
    // 2026-10-25T02:30 comes twice: east of Greenwich Joda-Time's conversion takes the later one.
    let twice = Int64(CivilTime.days(2026, 10, 25)) * 86_400_000 + 9_000_000
    #expect(berlin.utc(fromLocal: twice) == twice - 3_600_000)
    // 2026-03-29T02:30 does not come: it is taken for 03:30.
    let never = Int64(CivilTime.days(2026, 3, 29)) * 86_400_000 + 9_000_000
    #expect(berlin.utc(fromLocal: never) == never - 3_600_000)
    let york = try TimeZoneTable(id: "America/New_York")
    let gap = Int64(CivilTime.days(2026, 3, 8)) * 86_400_000 + 9_000_000
    #expect(york.utc(fromLocal: gap) == gap + 18_000_000)
  }

  @Test(arguments: ["Europe/Nowhere", "", "../../etc/passwd", "/etc/passwd", "+25:00"])
  func unknownZonesAreRefused(id: String) {
    let error = #expect(throws: CDCError.self) { try TimeZoneTable(id: id) }
    #expect(error?.code == .objectTimeZone)
  }

  @Test func schedulesCountFromMidnight() throws {
    let zone = try TimeZoneTable(id: "Europe/Berlin")
    let schedule = RotationRules.Schedule.sinceMidnight(interval: 7 * 3_600_000, zone)
    // 2026-01-01T05:59 in Berlin: 07:00 is next; at 22:30 it is midnight, since 28:00 is tomorrow.
    let midnight = Int64(CivilTime.days(2026, 1, 1)) * 86_400_000 - 3_600_000
    #expect(schedule.next(after: midnight + 5 * 3_600_000) == midnight + 7 * 3_600_000)
    #expect(schedule.next(after: midnight + 7 * 3_600_000) == midnight + 14 * 3_600_000)
    #expect(schedule.next(after: midnight + 22 * 3_600_000) == midnight + 24 * 3_600_000)
  }

  @Test(
    arguments: [
      ("1767225600000", 1_767_225_600_000 as Int64?), ("-5", -5), ("2026-01-01", 1_767_225_600_000),
      ("2026-01-01T00:00:00Z", 1_767_225_600_000), ("2026-01-01T01:30+01:30", 1_767_225_600_000),
      ("2026-01-01T00:00:00.123456Z", 1_767_225_600_123), ("2026-01", 1_767_225_600_000), ("2026-02-30", nil),
      ("yesterday", nil), ("2026-01-01 00:00:00", nil), ("", nil), ("2026-01-01T25:00", nil), ("T", 0),
    ])
  func isoTimes(text: String, expected: Int64?) { #expect(ISOTime.milliseconds(text) == expected) }

  @Test func calendarDays() {
    for day in stride(from: -800_000, through: 800_000, by: 97) {
      let civil = CivilTime(local: Int64(day) * 86_400_000)
      #expect(CivilTime.days(civil.year, civil.month, civil.day) == day)
    }
  }
}
