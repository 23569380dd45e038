internal import Avro
internal import ChangeModel

/// How a struct of one schema becomes one of another: runs of fields that are copied as they stand, and fields that are
/// written anew. Compiled once per schema.
final class StructPlan {
  /// A part of the new struct.
  enum Step {
    /// The fields `first ..< end` as they stand.
    case copy(first: Int, end: Int)
    /// A field as it stands, or these bytes where it is null.
    case copyOr(field: Int, bytes: [UInt8])
    /// The same for each record.
    case bytes([UInt8])
    /// A field that is written anew.
    case field(any FieldWriter)
  }

  /// The schema of the new struct.
  let schema: StageSchema
  private let steps: [Step]
  private let fieldCount: Int
  private let limit: Int

  init(_ schema: StageSchema, _ steps: [Step], fieldCount: Int, limit: Int) {
    self.schema = schema
    self.steps = steps
    self.fieldCount = fieldCount
    self.limit = limit
  }

  /// Rewrites a payload that has a struct of the plan's schema.
  func apply(to payload: StagePayload, of record: StageRecord) throws(StageFailure) {
    try payload.locate(to: limit)
    try payload.write(schema) { _, out throws(StageFailure) in
      try write(payload, record, to: &out)
    }
  }

  /// Appends the new struct; the fields are located.
  func write(
    _ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer
  ) throws(StageFailure) {
    for step in steps {
      switch step {
      case .copy(let first, let end): out.append(payload.run(first, end, isLast: end == fieldCount))
      case .copyOr(let field, let bytes):
        if payload.isNull(field) {
          out.append(bytes)
        } else {
          out.append(payload.run(field, field + 1, isLast: false))
        }
      case .bytes(let bytes): out.append(bytes)
      case .field(let writer): try writer.write(payload, record, to: &out)
      }
    }
  }

  /// Locates the fields that the plan needs.
  func locate(in payload: StagePayload) throws(StageFailure) { try payload.locate(to: limit) }
}

/// Writes one field of a new struct.
protocol FieldWriter: AnyObject {
  /// Appends the field, its union branch included; `payload` is the old struct with its fields located.
  func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure)
}

extension StagePayload {
  /// Whether a located field is null.
  func isNull(_ field: Int) -> Bool {
    guard let fields = schema?.fields else { return false }
    return fields[field].nullBranch >= 0 && location(field).branch == fields[field].nullBranch
  }
}

/// Stands for a field that a stage can't change: a null passes, a value is refused.
final class RefusedField: FieldWriter {
  private let index: Int
  private let null: [UInt8]
  private let failure: StageFailure

  /// `null` is what is written of a null.
  init(_ index: Int, null: [UInt8], _ failure: StageFailure) {
    self.index = index
    self.null = null
    self.failure = failure
  }

  func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure) {
    guard payload.isNull(index) else { throw failure }
    out.append(null)
  }
}

extension [UInt8] {
  /// Calls `body` with the bytes.
  func withRawBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws(StageFailure) -> Result
  ) throws(StageFailure) -> Result {
    try withUnsafeBufferPointer { bytes throws(StageFailure) in try body(UnsafeRawBufferPointer(bytes)) }
  }
}
