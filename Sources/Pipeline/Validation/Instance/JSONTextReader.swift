/// Reads JSON text into an instance: texts without escapes stay where they are.
struct JSONTextReader {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0
  private let out: Instance

  private init(_ bytes: UnsafeRawBufferPointer, _ out: Instance) {
    self.bytes = bytes
    self.out = out
  }

  /// Appends the document. False: the text is no JSON, or nested too deep; then `out` holds a part of it.
  static func read(_ bytes: UnsafeRawBufferPointer, into out: Instance) -> Bool {
    var reader = JSONTextReader(bytes, out)
    guard reader.value(0) else { return false }
    reader.space()
    return reader.at == bytes.count
  }

  private mutating func value(_ depth: Int) -> Bool {
    space()
    guard at < bytes.count, depth <= Instance.depthLimit else { return false }
    switch bytes[at] {
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["): return array(depth)
    case UInt8(ascii: "\""): return string(isName: false)
    case UInt8(ascii: "t"):
      out.boolean(true)
      return word("true")
    case UInt8(ascii: "f"):
      out.boolean(false)
      return word("false")
    case UInt8(ascii: "n"):
      out.null()
      return word("null")
    default: return number()
    }
  }

  private mutating func object(_ depth: Int) -> Bool {
    let place = out.open(.object)
    var count = 0
    at += 1
    space()
    if !take("}") {
      repeat {
        space()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), string(isName: true) else { return false }
        space()
        guard take(":"), value(depth + 1) else { return false }
        count += 1
        space()
      } while take(",")
      guard take("}") else { return false }
    }
    out.close(place, count)
    return true
  }

  private mutating func array(_ depth: Int) -> Bool {
    let place = out.open(.array)
    var count = 0
    at += 1
    space()
    if !take("]") {
      repeat {
        guard value(depth + 1) else { return false }
        count += 1
        space()
      } while take(",")
      guard take("]") else { return false }
    }
    out.close(place, count)
    return true
  }

  private mutating func number() -> Bool {
    let start = at
    let isNegative = take("-")
    let first = at
    guard digits() > 0, bytes[first] != UInt8(ascii: "0") || at == first + 1 else { return false }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard digits() > 0 else { return false }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { return false }
    }
    guard isWhole, at - first <= 18 else {
      out.text(.number, UnsafeRawBufferPointer(rebasing: bytes[start..<at]))
      return true
    }
    var value: Int64 = 0
    for index in first..<at { value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0")) }
    out.integer(isNegative ? -value : value)
    return true
  }

  private mutating func string(isName: Bool) -> Bool {
    at += 1
    let start = at
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        emit(UnsafeRawBufferPointer(rebasing: bytes[start..<at]), isName)
        at += 1
        return true
      case UInt8(ascii: "\\"): return escaped(from: start, isName)
      case 0..<0x20: return false
      default: at += 1
      }
    }
    return false
  }

  private func emit(_ text: UnsafeRawBufferPointer, _ isName: Bool) {
    if isName { out.name(text) } else { out.text(.string, text) }
  }

  /// A string with escapes is copied; it never grows.
  private mutating func escaped(from start: Int, _ isName: Bool) -> Bool {
    var end = at
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard end < bytes.count else { return false }
    let room = out.room(end - start)
    var count = 0
    func put(_ byte: UInt8) {
      room.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
      count += 1
    }
    at = start
    while at < end {
      let byte = bytes[at]
      guard byte >= 0x20 else { return false }
      at += 1
      guard byte == UInt8(ascii: "\\") else {
        put(byte)
        continue
      }
      let letter = bytes[at]
      at += 1
      switch letter {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): put(letter)
      case UInt8(ascii: "b"): put(8)
      case UInt8(ascii: "f"): put(12)
      case UInt8(ascii: "n"): put(10)
      case UInt8(ascii: "r"): put(13)
      case UInt8(ascii: "t"): put(9)
      case UInt8(ascii: "u"):
        guard let scalar = unicode(end) else { return false }
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { put(unit) }
      default: return false
      }
    }
    emit(UnsafeRawBufferPointer(start: room, count: count), isName)
    at = end + 1
    return true
  }

  private mutating func unicode(_ end: Int) -> Unicode.Scalar? {
    guard var code = hexadecimal(end) else { return nil }
    if code & 0xFC00 == 0xD800 {
      guard at + 1 < end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { return nil }
      at += 2
      guard let low = hexadecimal(end), low & 0xFC00 == 0xDC00 else { return nil }
      code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF)
    }
    return Unicode.Scalar(code)
  }

  private mutating func hexadecimal(_ end: Int) -> UInt32? {
    guard at + 4 <= end else { return nil }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch bytes[at] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[at] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[at] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[at] - UInt8(ascii: "A") + 10
      default: return nil
      }
      code = code << 4 | UInt32(digit)
      at += 1
    }
    return code
  }

  private mutating func word(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    for index in 0..<count where bytes[at + index] != word.utf8Start[index] { return false }
    at += count
    return true
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func digits() -> Int {
    let start = at
    while at < bytes.count, bytes[at] &- UInt8(ascii: "0") <= 9 { at += 1 }
    return at - start
  }

  private mutating func space() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
  }
}
