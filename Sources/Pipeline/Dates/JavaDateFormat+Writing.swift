internal import ChangeModel

extension JavaDateFormat {
  /// Appends a moment's text (milliseconds since 1970).
  func append(_ milliseconds: Int64, to out: inout ByteBuffer) {
    let moment = JavaCalendar(milliseconds)
    for part in parts {
      switch part {
      case .text(let text): out.append(text)
      case .field(let letter, let count): Self.append(letter, count, moment, to: &out)
      }
    }
  }

  private static func append(_ letter: UInt8, _ count: Int, _ moment: JavaCalendar, to out: inout ByteBuffer) {
    let isBeforeChrist = moment.year <= 0
    switch letter {
    case UInt8(ascii: "G"): out.append(isBeforeChrist ? "BC" : "AD")
    case UInt8(ascii: "y"):
      let year = isBeforeChrist ? 1 - moment.year : moment.year
      if count == 2 { number(year % 100, 2, to: &out) } else { number(year, count, to: &out) }
    case UInt8(ascii: "M"), UInt8(ascii: "L"):
      guard count > 2 else { return number(Int64(moment.month), count, to: &out) }
      let name = DateNames.months[moment.month - 1]
      out.append(count > 3 ? name : Array(name.prefix(3)))
    case UInt8(ascii: "d"): number(Int64(moment.day), count, to: &out)
    case UInt8(ascii: "D"): number(Int64(moment.dayOfYear), count, to: &out)
    case UInt8(ascii: "E"):
      let name = DateNames.weekdays[moment.weekday - 1]
      out.append(count > 3 ? name : Array(name.prefix(3)))
    case UInt8(ascii: "u"): number(Int64(moment.weekday), count, to: &out)
    case UInt8(ascii: "a"): out.append(moment.hour < 12 ? "AM" : "PM")
    case UInt8(ascii: "H"): number(Int64(moment.hour), count, to: &out)
    case UInt8(ascii: "k"): number(Int64(moment.hour == 0 ? 24 : moment.hour), count, to: &out)
    case UInt8(ascii: "K"): number(Int64(moment.hour % 12), count, to: &out)
    case UInt8(ascii: "h"): number(Int64(moment.hour % 12 == 0 ? 12 : moment.hour % 12), count, to: &out)
    case UInt8(ascii: "m"): number(Int64(moment.minute), count, to: &out)
    case UInt8(ascii: "s"): number(Int64(moment.second), count, to: &out)
    case UInt8(ascii: "S"): number(Int64(moment.millisecond), count, to: &out)
    case UInt8(ascii: "z"): out.append(count > 3 ? "Coordinated Universal Time" : "UTC")
    case UInt8(ascii: "Z"): out.append("+0000")
    case UInt8(ascii: "X"): out.append("Z")
    default: break
    }
  }

  /// A number that is not negative, with zeros before it.
  private static func number(_ value: Int64, _ width: Int, to out: inout ByteBuffer) {
    var digits: (Int64, Int) = (1, 1)
    while digits.1 < 19, value / digits.0 >= 10 { digits = (digits.0 * 10, digits.1 + 1) }
    for _ in 0..<max(0, width - digits.1) { out.append(UInt8(ascii: "0")) }
    var divisor = digits.0
    while divisor > 0 {
      out.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
