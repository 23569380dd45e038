internal import ChangeModel
internal import ColumnCodecs

/// What is done with one column of a row: plain numbers, so that a row runs through many of them without references.
struct ColumnStep {
  /// The union branch byte of a field that can't be null.
  static let noBranch: UInt8 = 0xFF

  var codec: TextCodec
  /// The column's place in the wire's tuple.
  var column: Int32
  /// The byte before a value, or `noBranch`.
  var branch: UInt8
  /// Where the bytes for null lie among the plan's constants.
  var null: ByteRange
  /// Where the bytes for an unchanged value that was not sent lie; absent: there is no such placeholder.
  var placeholder: ByteRange
}

/// A table version's compiled form: the steps of its rows and keys, and all bytes that never change.
///
/// Its `body` is a plain value that points into memory which the plan owns; it must not outlive the plan.
final class RowPlan {
  struct Body {
    var columnCount: Int
    var valueSteps: UnsafeBufferPointer<ColumnStep>
    var keySteps: UnsafeBufferPointer<ColumnStep>
    var constants: UnsafeRawPointer
    var topic: Int32
    var keySchemaID: Int32
    var valueSchemaID: Int32
  }

  let schema: TableSchema
  let events: TableEvents
  let key: RecordSide?
  let value: RecordSide
  let body: Body
  private let steps: UnsafeMutableBufferPointer<ColumnStep>
  private let constants: UnsafeMutableRawPointer

  /// Compiles a table. Throws where names don't fit or the registry refuses.
  init(
    _ schema: TableSchema, _ events: TableEvents, topic: Int32, _ options: EncodingOptions,
    keyRegistrar: (any SchemaRegistrar)?, valueRegistrar: (any SchemaRegistrar)?
  ) throws(CDCError) {
    let (keyConverter, valueConverter) = (options.keyConverter, options.valueConverter)
    if keyConverter.format == .avro && keyConverter.checksNames
      || valueConverter.format == .avro && valueConverter.checksNames
    {
      try events.checkAvroNames(of: schema)
    }
    var key: RecordSide?
    if let keySchema = events.keySchema {
      key = try RecordSide(keySchema, keyConverter, subject: "\(events.topic)-key", keyRegistrar)
    }
    value = try RecordSide(events.valueSchema, valueConverter, subject: "\(events.topic)-value", valueRegistrar)
    self.key = key
    self.schema = schema
    self.events = events
    var bytes = ByteBuffer(capacity: 256)
    let all =
      events.valueFields.map { Self.step($0, valueConverter, &bytes) }
      + events.keyFields.map { Self.step($0, keyConverter, &bytes) }
    steps = .allocate(capacity: all.count)
    _ = steps.initialize(from: all)
    constants = .allocate(byteCount: max(bytes.count, 1), alignment: 1)
    UnsafeMutableRawBufferPointer(start: constants, count: bytes.count).copyMemory(from: bytes.bytes)
    let valueCount = events.valueFields.count
    body = Body(
      columnCount: schema.columns.count,
      valueSteps: UnsafeBufferPointer(rebasing: steps[..<valueCount]),
      keySteps: UnsafeBufferPointer(rebasing: steps[valueCount...]),
      constants: UnsafeRawPointer(constants),
      topic: topic, keySchemaID: key?.schemaID ?? 0, valueSchemaID: value.schemaID)
  }

  deinit {
    steps.deallocate()
    constants.deallocate()
  }

  private static func step(
    _ field: TableEvents.Field, _ converter: ConverterConfig, _ bytes: inout ByteBuffer
  ) -> ColumnStep {
    let nullStart = bytes.count
    field.appendNull(nullsBecomeDefaults: converter.nullsBecomeDefaults, to: &bytes)
    let null = ByteRange(offset: nullStart, count: bytes.count - nullStart)
    var placeholder = ByteRange.none
    if let known = field.mapping.placeholder {
      let start = bytes.count
      if let branch = field.branch { bytes.append(branch) }
      known.append(to: &bytes)
      placeholder = ByteRange(offset: start, count: bytes.count - start)
    }
    return ColumnStep(
      codec: field.mapping.codec, column: Int32(field.column), branch: field.branch ?? ColumnStep.noBranch, null: null,
      placeholder: placeholder)
  }
}
