internal import ChangeModel
internal import Glibc
internal import JSON

/// What headers tell about a record.
enum RecordHeaders {
  /// The delete of a changed key; its value is the new key.
  static let newKey = Array("__debezium.newkey".utf8)
  /// The create of a changed key; its value is the old key.
  static let oldKey = Array("__debezium.oldkey".utf8)
  /// The columns of `after` that the source did not tell (a JSON list of names).
  static let absentAfter = Array("cdc.absent.after".utf8)

  /// Reads a record's own headers. Returns the value of `cdc.absent.after`, if there is one.
  static func read(_ list: UnsafeRawBufferPointer, _ event: inout DecodedEvent) -> UnsafeRawBufferPointer? {
    var keyChange = event.keyChange
    var absentColumns: UnsafeRawBufferPointer?
    HeaderList.forEach(in: list) { name, value in
      if matches(name, newKey) { keyChange = .oldHalf }
      if matches(name, oldKey) { keyChange = .newHalf }
      if let value, matches(name, absentAfter) { absentColumns = value }
    }
    event.keyChange = keyChange
    return absentColumns
  }

  @inline(__always) private static func matches(_ name: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> Bool {
    guard name.count == wanted.count, let start = name.baseAddress else { return false }
    return wanted.withUnsafeBytes { memcmp(start, $0.baseAddress ?? start, name.count) == 0 }
  }

  /// Reads shared headers.
  static func read(_ set: [Header], _ event: inout DecodedEvent) {
    for header in set {
      if header.name == "__debezium.newkey" { event.keyChange = .oldHalf }
      if header.name == "__debezium.oldkey" { event.keyChange = .newHalf }
    }
  }
}

/// Marks the fields that a header names as not told. Of the same header and layout as before it remembers the places.
struct AbsentFields {
  private var header: [UInt8] = []
  private var layout: Int32 = -1
  private var places: [Int] = []

  /// Whether any field was marked.
  mutating func apply(
    _ value: UnsafeRawBufferPointer, to event: DecodedEvent, _ fields: [EventField], in decoded: DecodedBatch
  )
    -> Bool
  {
    if event.layout != layout || !value.elementsEqual(header) {
      header = Array(value)
      layout = event.layout
      let names = (try? JSONValue(parsing: value))?.array?.compactMap(\.string) ?? []
      places = names.compactMap { name in fields.firstIndex { $0.name == name } }
    }
    for place in places { decoded[Int(event.firstSlot) + place] = .unavailable }
    return !places.isEmpty
  }
}
