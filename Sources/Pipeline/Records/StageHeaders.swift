internal import ChangeModel

/// The headers of the record at hand: its own list, and the shared ones behind it. Changed into one list of its own.
final class StageHeaders {
  private var list = UnsafeRawBufferPointer(start: nil, count: 0)
  private var shared: [Header] = []
  /// Whether a stage changed them.
  private(set) var isChanged = false
  private var buffer = ByteBuffer(capacity: 256)
  private var spare = ByteBuffer(capacity: 256)

  func take(_ record: Record, of batch: RecordBatch) {
    list = batch.bytes[record.headers]
    isChanged = false
    if record.headerSet >= 0 {
      shared = batch.headerSets[Int(record.headerSet)]
    } else if !shared.isEmpty {
      shared = []
    }
  }

  /// The changed headers in the form of `HeaderList`.
  var output: UnsafeRawBufferPointer { buffer.bytes }

  /// Whether there is a header of this name.
  func contains(_ name: [UInt8]) -> Bool {
    var found = false
    HeaderList.forEach(in: isChanged ? buffer.bytes : list) { other, _ in
      if other.elementsEqual(name) { found = true }
    }
    return found || !isChanged && shared.contains { $0.name.utf8.elementsEqual(name) }
  }

  /// Calls `body` with the first value of a header; nil where it is null.
  func first<Result>(_ name: String, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result? {
    var result: Result?
    HeaderList.forEach(in: isChanged ? buffer.bytes : list) { other, value in
      if result == nil, other.elementsEqual(name.utf8) { result = body(value) }
    }
    guard result == nil, !isChanged, let header = shared.first(where: { $0.name == name }) else { return result }
    guard let value = header.value else { return body(nil) }
    return value.withUnsafeBytes { body($0) }
  }

  /// Adds a header behind the others.
  func add(_ name: String, _ value: UnsafeRawBufferPointer?) {
    change()
    HeaderList.append(name: name, value: value, to: &buffer)
  }

  /// Gives the headers of a name other values, in their places.
  func replaceValues(of name: [UInt8], _ body: (UnsafeRawBufferPointer?) -> [UInt8]?) {
    guard contains(name) else { return }
    change()
    spare.removeAll()
    HeaderList.forEach(in: buffer.bytes) { other, value in
      spare.appendBigEndian(Int32(other.count))
      spare.append(other)
      if other.elementsEqual(name) {
        let new = body(value)
        spare.appendBigEndian(Int32(new?.count ?? -1))
        if let new { spare.append(new) }
      } else {
        spare.appendBigEndian(Int32(value?.count ?? -1))
        if let value { spare.append(value) }
      }
    }
    swap(&buffer, &spare)
  }

  /// Takes all headers of these names away.
  func remove(_ names: [[UInt8]]) {
    guard names.contains(where: { contains($0) }) else { return }
    change()
    spare.removeAll()
    HeaderList.forEach(in: buffer.bytes) { name, value in
      if names.contains(where: { name.elementsEqual($0) }) { return }
      spare.appendBigEndian(Int32(name.count))
      spare.append(name)
      spare.appendBigEndian(Int32(value?.count ?? -1))
      if let value { spare.append(value) }
    }
    swap(&buffer, &spare)
  }

  private func change() {
    guard !isChanged else { return }
    buffer.removeAll()
    buffer.append(list)
    for header in shared {
      guard let value = header.value else {
        HeaderList.append(name: header.name, value: nil, to: &buffer)
        continue
      }
      value.withUnsafeBytes { HeaderList.append(name: header.name, value: $0, to: &buffer) }
    }
    isChanged = true
  }
}
