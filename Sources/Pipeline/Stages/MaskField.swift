internal import Avro
internal import ChangeModel
internal import ColumnCodecs
internal import Settings

/// Kafka Connect's `MaskField`: fields become the empty value of their type, or a replacement.
final class MaskField: RecordStage {
  static let type = StageType.sided(
    "MaskField",
    [
      KeyDefinition("fields", .list, required: true, importance: .high, "The fields."),
      KeyDefinition(
        "replacement", importance: .low,
        "What stands there instead, for numbers and texts; without it zero, false, or an empty text, list or map.",
        check: { $0.isEmpty ? "must not be empty" : nil }),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in MaskField(order) }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let fields: Set<String>
  private let replacement: String?
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<StructPlan>()

  init(_ order: StageOrder) {
    className = order.className
    side = order.side
    fields = Set(order.config.list("fields"))
    replacement = order.config.optional("replacement")
    replacesNulls = order.replacesNulls
    schemas = order.schemas
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard let (payload, schema, _) = try record.structure(side, for: "mask fields") else {
      throw StageRecord.missing(side, "mask fields")
    }
    try plans.plan(schema, compile).apply(to: payload, of: record)
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> StructPlan {
    var builder = StructBuilder(schema, schema.fields ?? [], replacesNulls: replacesNulls)
    for (index, field) in builder.sourceFields.enumerated() {
      guard fields.contains(field.name) else {
        try builder.copy(index)
        continue
      }
      let mask: [UInt8]
      do throws(StageFailure) { mask = try self.mask(of: field) } catch {
        guard field.isOptional, field.defaultValue == nil else { throw error }
        let null = [UInt8(field.nullBranch << 1)]
        try builder.add(field.field, reading: index + 1, RefusedField(index, null: null, error))
        continue
      }
      guard field.isOptional else {
        try builder.add(field.field, bytes: mask)
        continue
      }
      // A null stays one, but one that the default stands for is masked like any other value.
      let masked = [UInt8(field.valueBranch << 1)] + mask
      if replacesNulls, field.defaultValue != nil {
        try builder.add(field.field, bytes: masked)
      } else {
        let null = [UInt8(field.nullBranch << 1)]
        try builder.add(field.field, reading: index + 1, MaskedField(index, masked: masked, null: null))
      }
    }
    return try builder.plan(schemas, as: schema.avro, isOptional: schema.isOptional)
  }

  /// The bytes that stand in place of a value.
  private func mask(of field: StageField) throws(StageFailure) -> [UInt8] {
    guard let replacement else {
      guard let bytes = Mask.empty(field) else { throw unfit(field, "") }
      return bytes
    }
    guard Mask.takesReplacement(field.type) else { throw unfit(field, " with a replacement") }
    guard let bytes = Mask.bytes(of: replacement, field.type) else {
      throw .value(
        "the replacement can't become a value of the field \(field.name) (\(field.type.name))",
        pointer: "/\(field.name)")
    }
    return bytes
  }

  private func unfit(_ field: StageField, _ how: String) -> StageFailure {
    .unfit("the field \(field.name) of type \(field.type.name) can't be masked\(how)", pointer: "/\(field.name)")
  }
}

/// Masks a field that may be null.
private final class MaskedField: FieldWriter {
  private let index: Int
  private let masked: [UInt8]
  private let null: [UInt8]

  init(_ index: Int, masked: [UInt8], null: [UInt8]) {
    self.index = index
    self.masked = masked
    self.null = null
  }

  func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure) {
    out.append(payload.isNull(index) ? null : masked)
  }
}

/// What stands in place of masked values.
enum Mask {
  /// A type's empty value; nil: it has none.
  static func empty(_ field: StageField) -> [UInt8]? {
    switch field.type {
    case .int8, .int16, .int32, .int64, .boolean, .date, .time, .timestamp: [0]
    case .float32: [0, 0, 0, 0]
    case .float64: [0, 0, 0, 0, 0, 0, 0, 0]
    case .string: field.inner.kind == .string ? [0] : nil
    case .array, .map: [0]
    case .decimal:
      if case .fixed(let fixed) = field.inner.kind { Array(repeating: 0, count: fixed.size) } else { [2, 0] }
    case .bytes, .structure, .union: nil
    }
  }

  static func takesReplacement(_ type: ConnectType) -> Bool {
    switch type {
    case .int8, .int16, .int32, .int64, .float32, .float64, .string, .decimal: true
    default: false
    }
  }

  /// A replacement as a value of the type: whole numbers lose what is behind the point and what is above their bits, as
  /// in Java.
  static func bytes(of text: String, _ type: ConnectType) -> [UInt8]? {
    var out = ByteBuffer(capacity: 32)
    switch type {
    case .string: return AvroText.sized(text)
    case .float32: return JavaParsing.double(text).map { bytes(Float($0).bitPattern) }
    case .float64: return JavaParsing.double(text).map { bytes($0.bitPattern) }
    case .decimal(let scale):
      var text = text
      let isFine = text.withUTF8 { DecimalText.append(UnsafeRawBufferPointer($0), scale: scale, to: &out) }
      return isFine ? Array(out.bytes) : nil
    default:
      guard let number = JavaParsing.wholePart(text) else { return nil }
      AvroText.append(JavaParsing.narrowed(number, to: type), to: &out)
      return Array(out.bytes)
    }
  }

  private static func bytes(_ pattern: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: pattern.littleEndian) { Array($0) }
  }
}
