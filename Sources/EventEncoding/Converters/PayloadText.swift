internal import Avro
internal import ChangeModel
internal import JSON

/// Values as text: the forms of Kafka Connect's JSON and string converters, made by walking a value's Avro bytes with
/// its Connect schema.
enum PayloadText {
  /// Appends a value's text. Throws if the bytes are not of the schema, which would be the encoder's own fault.
  static func append(
    _ avro: UnsafeRawBufferPointer, _ side: RecordSide, _ format: RecordFormat, to out: inout ByteBuffer
  ) throws(CDCError) {
    var text: [UInt8] = []
    do {
      var reader = AvroReader(avro)
      switch format {
      case .string: text = Array(try ConnectText.javaText(&reader, side.schema).utf8)
      default:
        text = side.jsonHead
        try ConnectText.appendJSON(&reader, side.schema, to: &text)
        if !side.jsonHead.isEmpty { text.append(UInt8(ascii: "}")) }
      }
    } catch {
      throw CDCError(
        .rowMalformed, "a record of \(side.schema.name ?? "a topic") could not be written as text", cause: error.message
      )
    }
    out.append(text)
  }
}
