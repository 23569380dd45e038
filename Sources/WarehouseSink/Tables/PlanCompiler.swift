internal import ChangeModel
internal import ColumnCodecs
internal import EventEncoding
internal import JSON

/// Compiles fields and columns into the steps that write a staged row.
struct PlanCompiler {
  let config: WarehouseConfig
  let catalog: CatalogTable

  func compile(_ fields: PlanFields, key: TargetTable.PlanKey, stage: String) throws(CDCError) -> RowPlan {
    var steps: ContiguousArray<RowPlan.Step> = []
    var targets: [RowPlan.Target] = []
    var defaults: [UInt8] = []
    for entry in fields.entries {
      guard let column = catalog.column(entry.column) else {
        throw CDCError(.warehouseColumnMissing, "The table \(catalog.name) has no column \(entry.column)")
      }
      if column.isGenerated { continue }
      guard let match = ColumnMatch.of(entry.field, column) else {
        throw CDCError(
          .warehouseColumnType,
          "The column \(column.name) of table \(catalog.name) has the type \(column.type), but the field"
            + " \(entry.field.name) of the events has \(entry.field.typeName)")
      }
      var step = RowPlan.Step(field: match.field, source: entry.source, slot: Int32(entry.slot))
      if config.replacesNulls, let field = DefaultField.copyField(of: entry.field, match.field) {
        step.defaultOffset = Int32(defaults.count)
        step.defaultCount = Int32(field.count)
        defaults += field
      }
      steps.append(step)
      targets.append(RowPlan.Target(column: column, match: match, fieldName: entry.field.name))
    }
    return RowPlan(
      table: catalog, key: key, steps: steps, targets: targets, keyCount: fields.keyCount,
      usesWholeKey: fields.usesWholeKey, defaults: defaults, stage: stage)
  }
}

/// Defaults of fields as COPY fields.
enum DefaultField {
  /// The field with its length; nil: the schema has no default, or the field can't be null.
  static func copyField(of field: EventField, _ copy: CopyField) -> [UInt8]? {
    guard field.isOptional, let value = field.defaultValue, let bytes = avro(field, value) else { return nil }
    var buffer = ByteBuffer(capacity: bytes.count + 32)
    let fault = bytes.withUnsafeBufferPointer { run -> CopyFault in
      guard let base = run.baseAddress else {
        return withUnsafePointer(to: UInt8(0)) { PostgresBinary.append(copy, $0, count: 0, to: &buffer) }
      }
      return PostgresBinary.append(copy, base, count: run.count, to: &buffer)
    }
    return fault == .none ? Array(buffer.bytes) : nil
  }

  /// The default as it would lie in a slot.
  private static func avro(_ field: EventField, _ value: JSONValue) -> [UInt8]? {
    switch (field.form.shape, value) {
    case (.byte, .bool(let flag)): return [flag ? 1 : 0]
    case (.number, .number(let text)):
      guard let value = Int64(text) else { return nil }
      return zigzag(value)
    case (.four, .number(let text)):
      guard let value = Float(text) else { return nil }
      return withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    case (.eight, .number(let text)):
      guard let value = Double(text) else { return nil }
      return withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    case (.counted, .string(let text)):
      guard field.form.kind == .bytes || field.form.kind == .decimal || field.form.kind == .bits else {
        return Array(text.utf8)
      }
      // One character per byte.
      let scalars = text.unicodeScalars
      return scalars.allSatisfy { $0.value < 256 } ? scalars.map { UInt8($0.value) } : nil
    default: return nil
    }
  }

  private static func zigzag(_ value: Int64) -> [UInt8] {
    var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
