internal import Avro
public import ChangeModel
internal import ColumnCodecs
internal import Glibc
internal import JSON

/// Turns consumed records into events for a sink. Schemas are compiled once; a row costs one pass over its bytes and no
/// object. It belongs to one thread.
public final class EventDecoder {
  /// How keys are written.
  public let keyFormat: RecordFormat
  /// How values are written.
  public let valueFormat: RecordFormat
  /// Whether the fields of `before` are located where there is no `after` (for rows that are kept when deleted).
  public var wantsBefore = false

  private let keySchemas: any SchemaSource
  private let valueSchemas: any SchemaSource
  private var layouts: [EventLayout] = []
  private var byID: [LayoutKey: EventLayout] = [:]
  private var lastValue: (id: Int32, layout: EventLayout)?
  private var lastKey: (id: Int32, layout: EventLayout)?
  private let json = JSONRecords()
  private var jsonLayouts: [Int: EventLayout] = [:]
  private var plain: [RecordFormat: EventLayout] = [:]
  private var absent = AbsentFields()

  private struct LayoutKey: Hashable {
    var isKey: Bool
    var id: Int32
  }

  /// A decoder for records of these formats; schemas of keys and of values may come from different registries.
  public init(
    keyFormat: RecordFormat = .avro, valueFormat: RecordFormat = .avro, keySchemas: any SchemaSource,
    valueSchemas: any SchemaSource
  ) {
    self.keyFormat = keyFormat
    self.valueFormat = valueFormat
    self.keySchemas = keySchemas
    self.valueSchemas = valueSchemas
  }

  /// The schema that a layout was compiled from, for code that builds rows by itself.
  func schema(ofLayout number: Int32) -> Schema { layouts[Int(number)].schema }

  /// Decodes the records of `range` for which `wanted` says true. Those that can't be decoded are left out and returned,
  /// in order. An error that is not the record's own (the registry can't be reached) is the last one.
  public func decode(
    _ batch: RecordBatch, _ range: Range<Int>, into decoded: DecodedBatch,
    where wanted: (Record) -> Bool = { _ in true }
  ) -> [DecodeFailure] {
    decoded.reset(topics: batch.topics)
    var failures: [DecodeFailure] = []
    for index in range where wanted(batch.records[index]) {
      do throws(DecodeFailure) {
        try decode(batch.records[index], index, batch, into: decoded)
      } catch {
        failures.append(error)
        if error.error.code.failureClass != .poison { break }
      }
    }
    if decoded.layouts.count != layouts.count { decoded.layouts = layouts.map(\.row) }
    return failures
  }

  private func decode(_ record: Record, _ index: Int, _ batch: RecordBatch, into decoded: DecodedBatch)
    throws(DecodeFailure)
  {
    var event = DecodedEvent(record: Int32(index), operation: .delete)
    var isKey = false
    do throws(RecordTrouble) {
      try decodeValue(record, batch, &event, decoded)
      isKey = true
      try decodeKey(record, batch, &event, decoded)
    } catch {
      throw DecodeFailure(record: index, isKey: isKey, error: error.error(of: record, in: batch))
    }
    if record.headers.isPresent {
      if let columns = RecordHeaders.read(batch.bytes[record.headers], &event), event.layout >= 0 {
        let fields = layouts[Int(event.layout)].row.fields
        if absent.apply(columns, to: event, fields, in: decoded) { event.hasUnavailable = true }
      }
    }
    if record.headerSet >= 0 {
      RecordHeaders.read(batch.headerSets[Int(record.headerSet)], &event)
    }
    decoded.events.append(event)
  }

  // MARK: - Values

  private func decodeValue(
    _ record: Record, _ batch: RecordBatch, _ event: inout DecodedEvent, _ decoded: DecodedBatch
  ) throws(RecordTrouble) {
    guard record.value.isPresent else {
      event.isTombstone = true
      return
    }
    let bytes = batch.bytes[record.value]
    if valueFormat == .avro {
      let (layout, body) = try avro(bytes, isKey: false)
      guard let base = batch.bytes.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      try locate(body, base, layout, &event, decoded)
      return
    }
    let start = decoded.scratch.count
    guard let layout = try converted(bytes, valueFormat, isKey: false, &decoded.scratch) else {
      event.isTombstone = true
      return
    }
    event.isInScratch = true
    let scratch = decoded.scratch.bytes
    guard let base = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    let body = UnsafeRawBufferPointer(start: base + start, count: scratch.count - start)
    try locate(body, base, layout, &event, decoded)
  }

  private func locate(
    _ body: UnsafeRawBufferPointer, _ base: UnsafePointer<UInt8>, _ layout: EventLayout,
    _ event: inout DecodedEvent, _ decoded: DecodedBatch
  ) throws(RecordTrouble) {
    let start = body.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? base
    var cursor = AvroCursor(start, count: body.count)
    let slots = decoded.reserve(layout.row.fields.count)
    event.layout = layout.number
    if let envelope = layout.envelope {
      let found = envelope.read(&cursor, base: base, wantsBefore: wantsBefore, slots: slots)
      event.isEnvelope = true
      event.position = found.position
      event.sourceSchema = found.schema
      event.sourceTable = found.table
      event.hasUnavailable = found.hasUnavailable
      guard let operation = Self.operations[found.operation] else {
        throw .problem("value", RecordProblem("is an envelope with an unknown op"))
      }
      event.operation = operation
      let isLocated = found.hasAfter || (wantsBefore && found.hasBefore)
      if isLocated {
        event.firstSlot = decoded.keep(layout.row.fields.count)
      } else {
        event.layout = -1
      }
      if !found.hasAfter, operation == .create || operation == .update || operation == .read {
        throw .problem("value", RecordProblem("is an envelope without after although it is no delete"))
      }
    } else {
      guard !layout.isPrimitive else {
        throw .problem("value", RecordProblem("is a single value, not a row (its converter is \(valueFormat))"))
      }
      event.operation = .update
      event.hasUnavailable = layout.row.locate(&cursor, base: base, into: slots)
      event.firstSlot = decoded.keep(layout.row.fields.count)
    }
    guard !cursor.hasFailed, cursor.remaining == 0 else {
      throw .problem("value", RecordProblem("does not fit its schema \(layout.row.name)"))
    }
  }

  private static let operations: [UInt8: Operation] = Dictionary(
    uniqueKeysWithValues: Operation.allCases.compactMap { operation in
      operation.letter?.asciiValue.map { ($0, operation) }
    })

  // MARK: - Keys

  private func decodeKey(
    _ record: Record, _ batch: RecordBatch, _ event: inout DecodedEvent, _ decoded: DecodedBatch
  ) throws(RecordTrouble) {
    guard record.key.isPresent else { return }
    let bytes = batch.bytes[record.key]
    let layout: EventLayout
    let base: UnsafePointer<UInt8>
    if keyFormat == .avro {
      let (known, body) = try avro(bytes, isKey: true)
      guard let start = batch.bytes.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      layout = known
      base = start
      event.key = ByteRange(offset: Int(record.key.offset) + bytes.count - body.count, count: body.count)
    } else {
      let start = decoded.scratch.count
      guard let known = try converted(bytes, keyFormat, isKey: true, &decoded.scratch) else { return }
      guard let first = decoded.scratch.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      layout = known
      base = first
      event.isKeyInScratch = true
      event.key = ByteRange(offset: start, count: decoded.scratch.count - start)
    }
    var cursor = AvroCursor(base + Int(event.key.offset), count: Int(event.key.count))
    let slots = decoded.reserve(layout.row.fields.count)
    _ = layout.row.locate(&cursor, base: base, into: slots)
    guard !cursor.hasFailed, cursor.remaining == 0 else {
      throw .problem("key", RecordProblem("does not fit its schema \(layout.row.name)"))
    }
    event.keyLayout = layout.number
    event.firstKeySlot = decoded.keep(layout.row.fields.count)
  }

  // MARK: - Layouts

  private func avro(_ bytes: UnsafeRawBufferPointer, isKey: Bool) throws(RecordTrouble)
    -> (EventLayout, UnsafeRawBufferPointer)
  {
    guard bytes.count >= 5, bytes[0] == 0 else {
      throw .problem(
        isKey ? "key" : "value",
        RecordProblem("does not begin with a zero byte and a schema id, as the Avro converter writes it"))
    }
    let id = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    let body = UnsafeRawBufferPointer(rebasing: bytes[5...])
    if let last = isKey ? lastKey : lastValue, last.id == id { return (last.layout, body) }
    let layout = try layout(id: id, isKey: isKey)
    if isKey { lastKey = (id, layout) } else { lastValue = (id, layout) }
    return (layout, body)
  }

  private func layout(id: Int32, isKey: Bool) throws(RecordTrouble) -> EventLayout {
    if let known = byID[LayoutKey(isKey: isKey, id: id)] { return known }
    let schema: Schema
    do throws(CDCError) {
      schema = try (isKey ? keySchemas : valueSchemas).schema(id: id)
    } catch { throw .registry(error) }
    let made = add(schema)
    byID[LayoutKey(isKey: isKey, id: id)] = made
    return made
  }

  private func add(_ schema: Schema) -> EventLayout {
    let made = EventLayout(schema, number: Int32(layouts.count))
    layouts.append(made)
    return made
  }

  /// Appends the record as Avro to `scratch`; nil: it is null.
  private func converted(
    _ bytes: UnsafeRawBufferPointer, _ format: RecordFormat, isKey: Bool, _ scratch: inout ByteBuffer
  ) throws(RecordTrouble) -> EventLayout? {
    switch format {
    case .avro: return nil
    case .json:
      do throws(RecordProblem) {
        guard let number = try json.convert(bytes, to: &scratch) else { return nil }
        if let known = jsonLayouts[number] { return known }
        let made = add(json.schema(number))
        jsonLayouts[number] = made
        return made
      } catch { throw .problem(isKey ? "key" : "value", error) }
    case .jsonWithoutSchema:
      throw .problem(
        isKey ? "key" : "value", RecordProblem("has no schema (schemas.enable is false), and rows need one"))
    case .string, .bytes:
      let room = scratch.reserve(10)
      scratch.commit(AvroBinary.writeLong(Int64(bytes.count), to: room))
      scratch.append(bytes)
      if let known = plain[format] { return known }
      let made = add(Schema(format == .string ? .string : .bytes))
      plain[format] = made
      return made
    }
  }
}
