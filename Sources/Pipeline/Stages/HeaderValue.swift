internal import Avro
internal import ChangeModel
internal import EventEncoding

/// The values of headers that stages write, in the form of the header converter.
enum HeaderValue {
  /// A text.
  static func text(_ text: String, _ converter: HeaderConverter) -> [UInt8] { HeaderText.bytes(of: text, converter) }

  /// A value that is not null, from its Avro bytes without a union branch; `connect` is its schema, required.
  static func bytes(
    of avro: UnsafeRawBufferPointer, _ connect: ConnectSchema, _ converter: HeaderConverter
  ) throws(StageFailure) -> [UInt8] {
    do throws(CDCError) {
      if converter != .json, let text = try plain(avro, connect) { return text }
      return try HeaderText.bytes(of: avro, connect, converter)
    } catch { throw .record(error) }
  }

  /// Texts stand without quotes, and Connect's dates and times as ISO 8601.
  private static func plain(
    _ avro: UnsafeRawBufferPointer, _ connect: ConnectSchema
  ) throws(CDCError) -> [UInt8]? {
    var reader = AvroReader(avro)
    do throws(AvroError) {
      switch (connect.kind, connect.name) {
      case (.string, _): return Array(try reader.readBytes())
      case (.int32, ConnectName.date):
        return ISOText.bytes(milliseconds: try reader.readLong() &* JavaCalendar.dayMilliseconds)
      case (.int32, ConnectName.time), (.int64, ConnectName.timestamp):
        return ISOText.bytes(milliseconds: try reader.readLong())
      default: return nil
      }
    } catch { throw CDCError(.undecodableRecord, "A field does not fit its schema: \(error.message)") }
  }
}
