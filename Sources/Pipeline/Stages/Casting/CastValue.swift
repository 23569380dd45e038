internal import Avro
internal import ChangeModel
internal import EventEncoding

/// Casts values of one type to another, by the rules of Java's casts and `toString`.
struct CastValue {
  private let source: ConnectType
  private let target: ConnectType
  private let fixedSize: Int?
  private let symbols: [[UInt8]]

  /// Nil: there is no way from the one to the other.
  init?(_ source: ConnectType, _ schema: Schema, to target: ConnectType) {
    switch source {
    case .array, .map, .structure, .union: return nil
    case .bytes where target != .string: return nil
    default: break
    }
    self.source = source
    self.target = target
    if case .fixed(let fixed) = schema.kind { fixedSize = fixed.size } else { fixedSize = nil }
    if case .enumeration(let enumeration) = schema.kind {
      symbols = enumeration.symbols.map { Array($0.utf8) }
    } else {
      symbols = []
    }
  }

  /// Appends the value of `bytes` in the other type.
  func write(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer, pointer: String) throws(StageFailure) {
    var reader = AvroReader(bytes)
    do throws(AvroError) {
      switch source {
      case .int8, .int16, .int32, .int64: integer(try reader.readLong(), to: &out)
      case .date, .time, .timestamp: moment(try reader.readLong(), to: &out)
      case .boolean: boolean(try reader.readBoolean(), to: &out)
      case .float32:
        let value = try reader.readFloat()
        if target == .string { return text(JavaNumber.text(value), to: &out) }
        number(Double(value), to: &out)
      case .float64:
        let value = try reader.readDouble()
        if target == .string { return text(JavaNumber.text(value), to: &out) }
        number(value, to: &out)
      case .string:
        let value = try symbols.isEmpty ? reader.readBytes() : nil
        if let value {
          guard string(value, to: &out) else { throw AvroError("") }
        } else {
          let index = Int(try reader.readInt())
          guard symbols.indices.contains(index) else { throw AvroError("") }
          guard symbols[index].withUnsafeBytes({ string($0, to: &out) }) else { throw AvroError("") }
        }
      case .bytes: text(Base64.encode(try payload(&reader)), to: &out)
      case .decimal(let scale): decimal(try payload(&reader), scale, to: &out)
      case .array, .map, .structure, .union: break
      }
    } catch {
      throw .value("a value is out of the range of the type \(target.name) (cast types)", pointer: pointer)
    }
  }

  private func payload(_ reader: inout AvroReader) throws(AvroError) -> UnsafeRawBufferPointer {
    if let fixedSize { return try reader.readFixed(fixedSize) }
    return try reader.readBytes()
  }

  private func integer(_ value: Int64, to out: inout ByteBuffer) {
    switch target {
    case .string: digits(value, to: &out)
    case .boolean: out.append(value != 0 ? 1 : 0)
    case .float32: float(Float(value), to: &out)
    case .float64: double(Double(value), to: &out)
    default: AvroText.append(JavaParsing.narrowed(value, to: target), to: &out)
    }
  }

  /// Connect's dates and times are numbers, and ISO 8601 as texts.
  private func moment(_ value: Int64, to out: inout ByteBuffer) {
    guard target == .string else { return integer(value, to: &out) }
    let milliseconds = source == .date ? value &* JavaCalendar.dayMilliseconds : value
    let bytes = ISOText.bytes(milliseconds: milliseconds)
    bytes.withUnsafeBytes { AvroText.append($0, to: &out) }
  }

  private func boolean(_ value: Bool, to out: inout ByteBuffer) {
    if target == .string { return text(value ? "true" : "false", to: &out) }
    integer(value ? 1 : 0, to: &out)
  }

  private func number(_ value: Double, to out: inout ByteBuffer) {
    switch target {
    case .boolean: out.append(JavaParsing.whole(value, to: .int64) != 0 ? 1 : 0)
    case .float32: float(Float(value), to: &out)
    case .float64: double(value, to: &out)
    default: AvroText.append(JavaParsing.whole(value, to: target), to: &out)
    }
  }

  /// False: the text is no such number.
  private func string(_ value: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    switch target {
    case .string: AvroText.append(value, to: &out)
    case .boolean:
      let word = "true".utf8
      let isTrue = value.count == word.count && zip(value, word).allSatisfy { $0 | 0x20 == $1 }
      out.append(isTrue ? 1 : 0)
    case .float32, .float64:
      let text = String(decoding: value, as: UTF8.self)
      guard let number = JavaParsing.double(text) else { return false }
      if target == .float64 {
        double(number, to: &out)
      } else {
        float(Float(text.trimmedFloat) ?? Float(number), to: &out)
      }
    default:
      guard let number = JavaParsing.integer(value, Self.range(of: target)) else { return false }
      AvroText.append(number, to: &out)
    }
    return true
  }

  private static func range(of type: ConnectType) -> ClosedRange<Int64> {
    switch type {
    case .int8: -128...127
    case .int16: -32768...32767
    case .int32: -2_147_483_648...2_147_483_647
    default: Int64.min...Int64.max
    }
  }

  private func decimal(_ bytes: UnsafeRawBufferPointer, _ scale: Int, to out: inout ByteBuffer) {
    let digits = BigDecimalText.text(unscaled: Array(bytes), scale: scale)
    switch target {
    case .string: text(digits, to: &out)
    case .float32: float(Float(digits) ?? 0, to: &out)
    case .float64: double(Double(digits) ?? 0, to: &out)
    case .boolean: out.append(Self.low64(bytes, scale) != 0 ? 1 : 0)
    default: AvroText.append(JavaParsing.narrowed(Self.low64(bytes, scale), to: target), to: &out)
    }
  }

  /// The lowest 64 bits of a decimal's whole part.
  private static func low64(_ bytes: UnsafeRawBufferPointer, _ scale: Int) -> Int64 {
    let isNegative = (bytes.first ?? 0) >= 0x80
    var magnitude = Array(bytes)
    if isNegative {
      var carry = true
      for index in magnitude.indices.reversed() {
        let inverted = ~magnitude[index]
        magnitude[index] = carry ? inverted &+ 1 : inverted
        carry = carry && inverted == 0xFF
      }
    }
    for _ in 0..<max(0, scale) {
      var rest = 0
      for index in magnitude.indices {
        let value = rest << 8 | Int(magnitude[index])
        magnitude[index] = UInt8(value / 10)
        rest = value % 10
      }
    }
    var low: UInt64 = 0
    for byte in magnitude { low = low << 8 | UInt64(byte) }
    for _ in 0..<max(0, -scale) { low = low &* 10 }
    let value = Int64(bitPattern: low)
    return isNegative ? 0 &- value : value
  }

  private func digits(_ value: Int64, to out: inout ByteBuffer) {
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { room in
      var rest = value.magnitude
      var at = 20
      repeat {
        at -= 1
        room[at] = 48 + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        at -= 1
        room[at] = UInt8(ascii: "-")
      }
      AvroText.append(UnsafeRawBufferPointer(rebasing: room[at...]), to: &out)
    }
  }

  private func text(_ text: String, to out: inout ByteBuffer) {
    AvroText.append(Int64(text.utf8.count), to: &out)
    out.append(text: text)
  }

  private func float(_ value: Float, to out: inout ByteBuffer) {
    out.commit(AvroBinary.writeFloat(value, to: out.reserve(4)))
  }

  private func double(_ value: Double, to out: inout ByteBuffer) {
    out.commit(AvroBinary.writeDouble(value, to: out.reserve(8)))
  }
}

extension String {
  /// Without the blanks around it and Java's letter of the type, to be read as a number of 32 bits in one rounding.
  fileprivate var trimmedFloat: String {
    var bytes = Array(utf8)
    while let last = bytes.last, last <= 0x20 || "fFdD".utf8.contains(last) { bytes.removeLast() }
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
