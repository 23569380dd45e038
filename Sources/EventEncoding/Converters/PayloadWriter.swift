public import Avro
public import ChangeModel

/// Writes keys or values whose Avro bytes and schema are known in the form of a converter: what stands between the
/// stages of a source and Kafka. A schema is registered once per topic. It belongs to one thread.
public final class PayloadWriter {
  private let converter: ConverterConfig
  private let registrar: (any SchemaRegistrar)?
  private let suffix: String
  private var sides: [SideKey: RecordSide] = [:]
  private var last: (key: SideKey, side: RecordSide)?

  private struct SideKey: Hashable {
    var topic: Int32
    var schema: Int32
  }

  /// The form that it writes.
  public var format: RecordFormat { converter.format }

  /// A writer of keys or values; the registrar is needed where the converter is Avro's.
  public init(_ converter: ConverterConfig, isKey: Bool, registrar: (any SchemaRegistrar)?) {
    self.converter = converter
    self.registrar = registrar
    suffix = isKey ? "-key" : "-value"
  }

  /// Appends a value. `topic` and `schema` are numbers for the topic's name and the schema, which are asked for once.
  /// Throws where the schema can't be written in this form, or the registry does not take it.
  public func append(
    _ avro: UnsafeRawBufferPointer, topic: Int32, schema: Int32, to out: inout ByteBuffer,
    _ names: () throws(CDCError) -> (topic: String, schema: Schema)
  ) throws(CDCError) {
    let side = try side(SideKey(topic: topic, schema: schema), names)
    guard converter.format == .avro else {
      return try PayloadText.append(avro, side, converter.format, to: &out)
    }
    out.append(0)
    out.appendBigEndian(side.schemaID)
    out.append(avro)
  }

  private func side(
    _ key: SideKey, _ names: () throws(CDCError) -> (topic: String, schema: Schema)
  ) throws(CDCError) -> RecordSide {
    if let last, last.key == key { return last.side }
    let side: RecordSide
    if let known = sides[key] {
      side = known
    } else {
      let (topic, schema) = try names()
      side = try RecordSide(avro: schema, converter, subject: topic + suffix, registrar)
      sides[key] = side
    }
    last = (key, side)
    return side
  }
}
