internal import Avro
internal import ChangeModel
internal import EventEncoding

/// A record's key or value on its way through the stages: Avro bytes and their schema. One object serves all records of
/// a pipeline; pointers into it are valid until the next change of the payload.
final class StagePayload {
  /// Bytes before a value in Confluent's wire format: a zero and the schema's id.
  static let headBytes = 5

  let side: RecordSide
  private let reader: PayloadReader

  /// As it came, with the converter's header; nil: null.
  private(set) var wire: UnsafeRawBufferPointer?
  /// The schema; nil: there is none (a tombstone, a null key), or it is not read yet.
  private(set) var schema: StageSchema?
  /// The value without head and union branch. Empty where it is null.
  private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Whether it is null, with or without a schema.
  private(set) var isNull = true
  /// Whether a stage changed it, or it was converted.
  private(set) var isChanged = false
  private var isRead = false

  // A change is written to the buffer that the bytes are not in.
  private var one = ByteBuffer(capacity: 1024)
  private var other = ByteBuffer(capacity: 1024)
  private var isInOne = false

  private var locations: UnsafeMutablePointer<FieldLocator.Location>
  private var room = 64
  private var located = 0
  private var locatedEnd = 0

  /// How it came.
  var format: RecordFormat { reader.format }

  init(_ side: RecordSide, _ reader: PayloadReader) {
    self.side = side
    self.reader = reader
    locations = .allocate(capacity: room)
  }

  deinit { locations.deallocate() }

  /// Takes the next record's payload. Nothing is read yet.
  func take(_ wire: UnsafeRawBufferPointer?) {
    self.wire = wire
    isNull = wire == nil
    schema = nil
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    isChanged = false
    isRead = wire == nil
    located = 0
    locatedEnd = 0
  }

  /// Reads schema and value, once.
  func read() throws(StageFailure) {
    guard !isRead, let wire else { return }
    isRead = true
    if reader.format == .avro {
      guard let found = try reader.avro(wire) else {
        isNull = true
        return
      }
      schema = found.schema
      bytes = found.bytes
      isNull = found.isNull
    } else {
      one.removeAll()
      Self.reserveHead(&one)
      isChanged = true
      isInOne = true
      guard let found = try reader.convert(wire, to: &one) else { return setNull(nil) }
      guard !found.isNull else { return setNull(found.schema) }
      schema = found.schema
      Self.writeHead(found.schema, &one)
      bytes = Self.body(one.bytes)
      if found.skip > 0 { try dropFirst(found.skip, found.schema) }
    }
  }

  /// The payload in wire format, its schema by the pipeline's ids; nil: null.
  var output: UnsafeRawBufferPointer? {
    if isNull { return nil }
    guard isChanged else { return wire }
    return isInOne ? one.bytes : other.bytes
  }

  // MARK: - Changing

  /// Replaces the value by what `body` appends; it is given the bytes of now.
  func write(
    _ schema: StageSchema, _ body: (UnsafeRawBufferPointer, inout ByteBuffer) throws(StageFailure) -> Void
  ) throws(StageFailure) {
    if isInOne {
      other.removeAll()
      Self.reserveHead(&other)
      try body(bytes, &other)
      Self.writeHead(schema, &other)
      bytes = Self.body(other.bytes)
    } else {
      one.removeAll()
      Self.reserveHead(&one)
      try body(bytes, &one)
      Self.writeHead(schema, &one)
      bytes = Self.body(one.bytes)
    }
    isInOne.toggle()
    self.schema = schema
    isNull = false
    isChanged = true
    isRead = true
    located = 0
    locatedEnd = 0
  }

  /// The same bytes under another schema.
  func relabel(_ schema: StageSchema) throws(StageFailure) {
    guard !isNull else {
      self.schema = schema
      isChanged = true
      return
    }
    try write(schema) { bytes, out throws(StageFailure) in out.append(bytes) }
  }

  /// Becomes null; with a schema, as a stage may leave one.
  func setNull(_ schema: StageSchema?) {
    isNull = true
    self.schema = schema
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    isChanged = true
    isRead = true
    located = 0
  }

  private func dropFirst(_ count: Int, _ schema: StageSchema) throws(StageFailure) {
    try write(schema) { bytes, out throws(StageFailure) in
      out.append(UnsafeRawBufferPointer(rebasing: bytes[count...]))
    }
  }

  private static func reserveHead(_ out: inout ByteBuffer) {
    out.append(0)
    out.appendBigEndian(Int32(0))
  }

  private static func writeHead(_ schema: StageSchema, _ out: inout ByteBuffer) {
    out.overwriteBigEndian(SchemaTable.id(ofNumber: schema.number), at: 1)
  }

  private static func body(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[headBytes...])
  }
}

// MARK: - Fields

extension StagePayload {
  /// Locates the first `end` fields of a struct.
  func locate(to end: Int) throws(StageFailure) {
    guard end > located, let schema else { return }
    if end > room {
      let larger = UnsafeMutablePointer<FieldLocator.Location>.allocate(capacity: end * 2)
      larger.update(from: locations, count: located)
      locations.deallocate()
      locations = larger
      room = end * 2
    }
    do throws(AvroError) {
      locatedEnd = try schema.locate(bytes, from: located, at: locatedEnd, to: end, into: locations)
    } catch { throw unreadable(error) }
    located = end
  }

  /// Where a located field's value lies.
  func location(_ field: Int) -> FieldLocator.Location { locations[field] }

  /// The value of a located field, without its union branch.
  func value(_ field: Int) -> UnsafeRawBufferPointer {
    let place = locations[field]
    return UnsafeRawBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.start + place.length)])
  }

  /// The bytes of the located fields `first ..< end`, union branches included.
  func run(_ first: Int, _ end: Int, isLast: Bool) -> UnsafeRawBufferPointer {
    let start = first == 0 ? 0 : Int(locations[first - 1].start + locations[first - 1].length)
    let stop = isLast ? bytes.count : Int(locations[end - 1].start + locations[end - 1].length)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<stop])
  }

  /// Bytes that are not of their schema.
  func unreadable(_ error: AvroError) -> StageFailure {
    .converter(
      CDCError(.undecodableRecord, "The \(side.rawValue) does not fit its schema: \(error.message)"),
      isKey: side == .key)
  }
}
