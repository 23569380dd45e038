/// Debezium's temporal numbers as the texts of RFC 3339, in UTC.
enum TemporalText {
  /// Days since 1970.
  static func date(_ days: Int64, to out: Instance) {
    var writer = Writer(out)
    writer.date(days)
    writer.finish()
  }

  /// Parts of a second since midnight.
  static func time(_ value: Int64, _ unit: Int64, to out: Instance) {
    var writer = Writer(out)
    writer.time(value, unit)
    writer.finish()
  }

  /// Parts of a second since 1970.
  static func timestamp(_ value: Int64, _ unit: Int64, to out: Instance) {
    let day = unit * 86_400
    let rest = value % day
    var writer = Writer(out)
    writer.date(value / day - (rest < 0 ? 1 : 0))
    writer.put(UInt8(ascii: "T"))
    writer.time(rest < 0 ? rest + day : rest, unit)
    writer.finish()
  }

  private struct Writer {
    private static let size = 96
    private let out: Instance
    private let room: UnsafeMutableRawPointer
    private var count = 0

    init(_ out: Instance) {
      self.out = out
      room = out.room(Self.size)
    }

    mutating func put(_ byte: UInt8) {
      room.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
      count += 1
    }

    private mutating func number(_ value: Int64, _ width: Int) {
      var divisor: Int64 = 1
      for _ in 1..<width { divisor *= 10 }
      while value / divisor >= 10 { divisor *= 10 }
      while divisor > 0 {
        put(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
      }
    }

    /// The civil date of a day, in eras of 400 years that begin in March.
    mutating func date(_ days: Int64) {
      // Far beyond any calendar: no date at all, which no format accepts.
      guard abs(days) < 4_000_000_000_000 else { return put(UInt8(ascii: "-")) }
      let shifted = days + 719_468
      let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
      let day = shifted - era * 146_097
      let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
      let rest = day - (365 * year + year / 4 - year / 100)
      let month = (5 * rest + 2) / 153
      let civil = month < 10 ? month + 3 : month - 9
      let full = year + era * 400 + (civil <= 2 ? 1 : 0)
      if full < 0 { put(UInt8(ascii: "-")) }
      number(abs(full), 4)
      put(UInt8(ascii: "-"))
      number(civil, 2)
      put(UInt8(ascii: "-"))
      number(rest - (153 * month + 2) / 5 + 1, 2)
    }

    mutating func time(_ value: Int64, _ unit: Int64) {
      guard value >= 0 else { return put(UInt8(ascii: "-")) }
      let seconds = value / unit
      number(seconds / 3600, 2)
      put(UInt8(ascii: ":"))
      number(seconds / 60 % 60, 2)
      put(UInt8(ascii: ":"))
      number(seconds % 60, 2)
      var fraction = value % unit
      if fraction > 0 {
        put(UInt8(ascii: "."))
        var divisor = unit / 10
        while fraction > 0 {
          put(UInt8(ascii: "0") + UInt8(fraction / divisor))
          fraction %= divisor
          divisor /= 10
        }
      }
      put(UInt8(ascii: "Z"))
    }

    func finish() {
      out.giveBack(Self.size - count)
      out.text(.string, UnsafeRawBufferPointer(start: room, count: count))
    }
  }
}
