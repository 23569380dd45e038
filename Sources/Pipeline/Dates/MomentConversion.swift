internal import Avro
internal import ChangeModel
internal import EventEncoding

/// How a moment is written.
enum MomentForm: String {
  case string, unix, date, time, timestamp

  /// The form of values of a type; nil: they are no moments.
  init?(_ type: ConnectType) {
    switch type {
    case .string: self = .string
    case .int64: self = .unix
    case .date: self = .date
    case .time: self = .time
    case .timestamp: self = .timestamp
    default: return nil
    }
  }

  var connect: ConnectSchema {
    switch self {
    case .string: ConnectSchema(.string)
    case .unix: ConnectSchema(.int64)
    case .date: ConnectSchema(.int32, name: ConnectName.date, version: 1)
    case .time: ConnectSchema(.int32, name: ConnectName.time, version: 1)
    case .timestamp: ConnectSchema(.int64, name: ConnectName.timestamp, version: 1)
    }
  }
}

/// The unit of moments as numbers.
enum MomentUnit: String {
  case nanoseconds, microseconds, milliseconds, seconds

  /// As Java's `TimeUnit` converts: cut towards zero, and the largest number where there is no room.
  func milliseconds(_ value: Int64) -> Int64 {
    switch self {
    case .nanoseconds: value / 1_000_000
    case .microseconds: value / 1000
    case .milliseconds: value
    case .seconds: Self.times(value, 1000)
    }
  }

  func value(_ milliseconds: Int64) -> Int64 {
    switch self {
    case .nanoseconds: Self.times(milliseconds, 1_000_000)
    case .microseconds: Self.times(milliseconds, 1000)
    case .milliseconds: milliseconds
    case .seconds: milliseconds / 1000
    }
  }

  private static func times(_ value: Int64, _ factor: Int64) -> Int64 {
    let (product, isOver) = value.multipliedReportingOverflow(by: factor)
    return isOver ? (value < 0 ? .min : .max) : product
  }
}

/// From one form of a moment to another.
struct MomentConversion {
  let source: MomentForm
  let target: MomentForm
  let format: JavaDateFormat?
  let unit: MomentUnit

  /// Appends the moment of `bytes` in the other form.
  func write(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer, pointer: String) throws(StageFailure) {
    let milliseconds = try read(bytes, pointer)
    switch target {
    case .string:
      var text = ByteBuffer(capacity: 32)
      format?.append(milliseconds, to: &text)
      AvroText.append(text.bytes, to: &out)
    case .unix: AvroText.append(unit.value(milliseconds), to: &out)
    case .timestamp: AvroText.append(milliseconds, to: &out)
    case .date: AvroText.append(JavaCalendar.floor(milliseconds, JavaCalendar.dayMilliseconds), to: &out)
    case .time: AvroText.append(JavaCalendar.modulo(milliseconds, JavaCalendar.dayMilliseconds), to: &out)
    }
  }

  private func read(_ bytes: UnsafeRawBufferPointer, _ pointer: String) throws(StageFailure) -> Int64 {
    var reader = AvroReader(bytes)
    do throws(AvroError) {
      switch source {
      case .string:
        guard let moment = format?.parse(try reader.readBytes()) else {
          throw AvroError("")
        }
        return moment
      case .unix: return unit.milliseconds(try reader.readLong())
      case .timestamp, .time: return try reader.readLong()
      case .date: return try reader.readLong() &* JavaCalendar.dayMilliseconds
      }
    } catch {
      throw .value("a value does not match the pattern \(format?.pattern ?? "")", pointer: pointer)
    }
  }
}
