/// One line, in both formats.
struct LogLine {
  let nanoseconds: Int64
  let level: LogLevel
  let logger: String
  let message: String
  let fields: [(name: String, value: LogScalar)]

  func appendJSON(serviceName: String, to out: inout [UInt8]) {
    out += #"{"@timestamp":""#.utf8
    Timestamp.append(nanoseconds, to: &out)
    out += #"","log.level":""#.utf8
    out += level.name.utf8
    out += #"","log.logger":"#.utf8
    Self.appendQuoted(logger, to: &out)
    out += #","message":"#.utf8
    Self.appendQuoted(message, to: &out)
    out += #","service.name":"#.utf8
    Self.appendQuoted(serviceName, to: &out)
    for (name, value) in fields {
      out.append(UInt8(ascii: ","))
      Self.appendQuoted(name, to: &out)
      out.append(UInt8(ascii: ":"))
      switch value {
      case .text(let text): Self.appendQuoted(text, to: &out)
      case .integer(let digits): out += digits.utf8
      case .number(let number) where number.isFinite: out += "\(number)".utf8
      case .number(let number): Self.appendQuoted("\(number)", to: &out)
      case .flag(let flag): out += (flag ? "true" : "false").utf8
      }
    }
    out += #","ecs.version":"8.11.0"}"#.utf8
  }

  func appendText(to out: inout [UInt8]) {
    Timestamp.append(nanoseconds, to: &out)
    out.append(0x20)
    let word = level.name.uppercased()
    out += word.utf8
    out += repeatElement(0x20, count: 6 - word.utf8.count)
    out += logger.utf8
    out += ": ".utf8
    Self.appendEscaped(message, isQuoted: false, to: &out)
    for (name, value) in fields {
      out.append(0x20)
      Self.appendEscaped(name.hasPrefix("cdc.") ? String(name.dropFirst(4)) : name, isQuoted: false, to: &out)
      out.append(UInt8(ascii: "="))
      switch value {
      case .text(let text): Self.appendTextValue(text, to: &out)
      case .integer(let digits): out += digits.utf8
      case .number(let number): out += "\(number)".utf8
      case .flag(let flag): out += (flag ? "true" : "false").utf8
      }
    }
  }

  private static func appendTextValue(_ text: String, to out: inout [UInt8]) {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
    if isPlain {
      out += text.utf8
    } else {
      appendQuoted(text, to: &out)
    }
  }

  private static func appendQuoted(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    appendEscaped(text, isQuoted: true, to: &out)
    out.append(UInt8(ascii: "\""))
  }

  /// Control characters never reach a terminal or break a line.
  private static func appendEscaped(_ text: String, isQuoted: Bool, to out: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted, UInt8(ascii: "\\") where isQuoted:
        out.append(UInt8(ascii: "\\"))
        out.append(byte)
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      case 0..<0x20, 0x7F:
        out += "\\u00".utf8
        out.append(hexDigit(byte >> 4))
        out.append(hexDigit(byte & 15))
      default: out.append(byte)
      }
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
