internal import Avro
package import ChangeModel
internal import JSON

/// The values of record headers.
package enum HeaderText {
  /// A text.
  package static func bytes(of text: String, _ converter: HeaderConverter) -> [UInt8] {
    guard converter == .json else { return Array(text.utf8) }
    let value: JSONValue = ["schema": ConnectSchema(.string).connectJSON, "payload": .string(text)]
    return value.utf8
  }

  /// A struct, from its Avro bytes. Throws if they are not of the schema, which would be the encoder's own fault.
  package static func bytes(
    of avro: UnsafeRawBufferPointer, _ schema: ConnectSchema, _ converter: HeaderConverter
  ) throws(CDCError) -> [UInt8] {
    do {
      var reader = AvroReader(avro)
      switch converter {
      case .simple:
        var text = ""
        try ConnectText.appendSimple(&reader, schema, to: &text)
        return Array(text.utf8)
      case .string: return Array(try ConnectText.javaText(&reader, schema).utf8)
      case .json:
        var text = Array("{\"schema\":\(schema.connectJSON.text),\"payload\":".utf8)
        try ConnectText.appendJSON(&reader, schema, to: &text)
        text.append(UInt8(ascii: "}"))
        return text
      }
    } catch {
      throw CDCError(
        .rowMalformed, "a header with a key of \(schema.name ?? "a table") could not be written", cause: error.message)
    }
  }
}
