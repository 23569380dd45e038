internal import ChangeModel
internal import Glibc

/// A compiled zone of the tz database (RFC 9636, TZif): its second part has times of 64 bits and, in its last line, the
/// rule for the time behind the last transition.
struct TimeZoneFile {
  private static let folder = "/usr/share/zoneinfo/"
  private static let sizeLimit = 1 << 20

  let periods: [TimeZoneTable.Period]
  let rule: TimeZoneRule?

  /// Reads the file of an identifier. Throws `objectTimeZone`.
  init(_ id: String) throws(CDCError) {
    let isPlain =
      !id.isEmpty && !id.hasPrefix("/") && !id.split(separator: "/").contains("..")
      && id.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || "0123456789/_+-".utf8.contains($0) }
    guard isPlain, let bytes = Self.read(Self.folder + id) else {
      throw CDCError(.objectTimeZone, "the time zone \(id) is not known")
    }
    guard let parsed = Self.parse(bytes) else {
      throw CDCError(.objectTimeZone, "the file of the time zone \(id) can't be read")
    }
    (periods, rule) = parsed
  }

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < sizeLimit {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
    return nil
  }

  private struct Counts {
    var utc, standard, leaps, times, types, characters: Int
    func size(_ timeBytes: Int) -> Int {
      times * timeBytes + times + types * 6 + characters + leaps * (timeBytes + 4) + standard + utc
    }
  }

  private static func counts(_ bytes: [UInt8], at start: Int) -> Counts? {
    guard bytes.count >= start + 44, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else { return nil }
    let numbers = (0..<6).map { number(bytes, at: start + 20 + 4 * $0, 4) }
    guard numbers.allSatisfy({ $0 >= 0 && $0 < Int64(sizeLimit) }) else { return nil }
    let n = numbers.map { Int($0) }
    return Counts(utc: n[0], standard: n[1], leaps: n[2], times: n[3], types: n[4], characters: n[5])
  }

  private static func parse(_ bytes: [UInt8]) -> ([TimeZoneTable.Period], TimeZoneRule?)? {
    guard let first = counts(bytes, at: 0), bytes.count > 4, bytes[4] >= UInt8(ascii: "2") else { return nil }
    let second = 44 + first.size(4)
    guard let counts = counts(bytes, at: second), counts.types > 0 else { return nil }
    let start = second + 44
    let end = start + counts.size(8)
    guard bytes.count >= end else { return nil }
    let kinds = start + counts.times * 8
    let types = kinds + counts.times
    let texts = types + counts.types * 6
    func period(_ type: Int, from time: Int64) -> TimeZoneTable.Period? {
      guard type < counts.types else { return nil }
      let at = types + 6 * type
      let text = bytes[(texts + min(Int(bytes[at + 5]), counts.characters))..<(texts + counts.characters)]
      return TimeZoneTable.Period(
        start: time, offset: number(bytes, at: at, 4) * 1000,
        name: String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
    }
    guard let beginning = period(0, from: .min) else { return nil }
    var periods = [beginning]
    for index in 0..<counts.times {
      let time = number(bytes, at: start + 8 * index, 8)
      guard abs(time) < Int64.max / 1000, let next = period(Int(bytes[kinds + index]), from: time * 1000) else {
        continue
      }
      periods.append(next)
    }
    let line = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
    return (periods, TimeZoneRule(String(decoding: line, as: UTF8.self)))
  }

  private static func number(_ bytes: [UInt8], at start: Int, _ count: Int) -> Int64 {
    var value: UInt64 = 0
    for byte in bytes[start..<(start + count)] { value = value << 8 | UInt64(byte) }
    return count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }
}
