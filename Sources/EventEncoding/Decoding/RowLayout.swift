internal import Avro
internal import ColumnCodecs
internal import Glibc

/// The fields of a record schema, compiled: it tells in one pass where each field of a row lies.
public final class RowLayout: @unchecked Sendable {
  // Immutable after its init, so it may be shared between threads.

  /// Its fields, in order.
  public let fields: [EventField]
  /// The schema's full name.
  public let name: String

  private struct Step {
    var shape: AvroShape
    var nullBranch: Int8
    /// Of values with parts: the skip program's number.
    var node: Int32 = -1
    /// Up to two byte patterns that mean "unavailable".
    var pattern: Int32 = -1
    var patternCount: UInt32 = 0
    var secondPattern: Int32 = -1
    var secondPatternCount: UInt32 = 0
  }

  private let steps: UnsafeMutableBufferPointer<Step>
  private let patterns: UnsafeMutableBufferPointer<UInt8>
  private let program: SkipProgram

  init(name: String, fields: [(name: String, schema: Schema)], _ reading: SchemaReading) {
    var program = SkipProgram(reading)
    var patterns: [UInt8] = []
    self.name = name
    self.fields = fields.map { reading.field($0.name, $0.schema) }
    steps = .allocate(capacity: fields.count)
    for (index, source) in fields.enumerated() {
      let field = self.fields[index]
      let inner = reading.optional(source.schema)
      var step = Step(shape: field.form.shape, nullBranch: inner?.nullBranch ?? -1)
      if step.shape == .nested { step.node = Int32(program.compile(inner?.schema ?? source.schema)) }
      for (number, pattern) in Placeholders.patterns(of: field).prefix(2).enumerated() {
        if number == 0 {
          step.pattern = Int32(patterns.count)
          step.patternCount = UInt32(pattern.count)
        } else {
          step.secondPattern = Int32(patterns.count)
          step.secondPatternCount = UInt32(pattern.count)
        }
        patterns += pattern
      }
      steps.initializeElement(at: index, to: step)
    }
    self.program = program
    self.patterns = .allocate(capacity: patterns.count + 1)
    _ = self.patterns.update(fromContentsOf: patterns)
  }

  deinit {
    steps.deallocate()
    patterns.deallocate()
  }

  /// The place of a field; nil: there is none of this name.
  public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  /// Locates the fields of the row that begins at the cursor; `slots` has room for all of them. Returns whether any is
  /// unavailable.
  func locate(
    _ cursor: inout AvroCursor, base: UnsafePointer<UInt8>, into slots: UnsafeMutablePointer<FieldSlot>
  ) -> Bool {
    var hasUnavailable = false
    for index in 0..<steps.count {
      let step = steps[index]
      if step.nullBranch >= 0 {
        let branch = cursor.long()
        if branch == Int64(step.nullBranch) {
          slots[index] = .null
          continue
        }
        if branch != Int64(1 - step.nullBranch) { return failed(&cursor) }
      }
      var start = cursor.at
      var count: Int
      switch step.shape {
      case .counted:
        count = cursor.count()
        start = cursor.at
        cursor.at += count  // checked by `count()`
      case .nested:
        program.skip(Int(step.node), &cursor)
        count = cursor.at - start
      default:
        cursor.skip(step.shape)
        count = cursor.at - start
      }
      if step.patternCount > 0, isPlaceholder(step, start, count) {
        slots[index] = .unavailable
        hasUnavailable = true
        continue
      }
      slots[index] = FieldSlot(
        offset: UInt32(truncatingIfNeeded: start - base), count: UInt32(truncatingIfNeeded: count))
    }
    return hasUnavailable
  }

  private func failed(_ cursor: inout AvroCursor) -> Bool {
    cursor.fail()
    return false
  }

  @inline(__always)
  private func isPlaceholder(_ step: Step, _ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard let base = patterns.baseAddress else { return false }
    if count == Int(step.patternCount) { return memcmp(start, base + Int(step.pattern), count) == 0 }
    if step.secondPatternCount > 0, count == Int(step.secondPatternCount) {
      return memcmp(start, base + Int(step.secondPattern), count) == 0
    }
    return false
  }
}
