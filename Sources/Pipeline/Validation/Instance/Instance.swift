internal import Glibc

/// The read-only view of a JSON value that a schema validates: a flat list of items, parents before children, texts left
/// where they lie. Whoever fills it (from Avro bytes, JSON text or a `JSONValue`) must keep those bytes until the next
/// `reset`. It is used again for each record, so that a record costs no allocation; it belongs to one thread.
final class Instance {
  /// Deeper values are refused.
  static let depthLimit = 256
  private(set) var items: UnsafeMutablePointer<InstanceItem>
  private(set) var count = 0
  private var capacity = 256
  private var chunks: [UnsafeMutableRawBufferPointer] = []
  private var chunk = 0
  private var used = 0

  init() {
    items = .allocate(capacity: capacity)
    chunks.append(.allocate(byteCount: 16 << 10, alignment: 16))
  }

  deinit {
    items.deallocate()
    for chunk in chunks { chunk.deallocate() }
  }

  /// Forgets the content. What one large value took goes back.
  func reset() {
    count = 0
    used = 0
    chunk = 0
    if chunks.count > 8 {
      for chunk in chunks[8...] { chunk.deallocate() }
      chunks.removeLast(chunks.count - 8)
    }
  }

  /// Memory that stays until the next `reset`.
  func room(_ size: Int) -> UnsafeMutableRawPointer {
    while chunk < chunks.count {
      if used + size <= chunks[chunk].count, let base = chunks[chunk].baseAddress {
        used += size
        return base + (used - size)
      }
      chunk += 1
      used = 0
    }
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: max(size, 16 << 10), alignment: 16)
    chunks.append(UnsafeMutableRawBufferPointer(start: fresh, count: max(size, 16 << 10)))
    used = size
    return fresh
  }

  /// Gives back what the last `room` did not need.
  func giveBack(_ size: Int) { used -= size }

  /// Takes back the items from `place` on.
  func cut(to place: Int) { count = place }

  @inline(__always)
  func append(_ item: InstanceItem) {
    if count == capacity { grow() }
    items[count] = item
    count += 1
    items[count - 1].next = UInt32(truncatingIfNeeded: count)
  }

  private func grow() {
    let larger = UnsafeMutablePointer<InstanceItem>.allocate(capacity: capacity * 2)
    larger.update(from: items, count: count)
    items.deallocate()
    items = larger
    capacity *= 2
  }

  func null() { append(InstanceItem(kind: .null)) }
  func opaque() { append(InstanceItem(kind: .opaque)) }
  func boolean(_ value: Bool) { append(InstanceItem(kind: .boolean, payload: value ? 1 : 0)) }
  func integer(_ value: Int64) { append(InstanceItem(kind: .integer, payload: Int(value))) }

  func text(_ kind: InstanceKind, _ text: UnsafeRawBufferPointer) {
    append(
      InstanceItem(
        kind: kind, count: UInt32(truncatingIfNeeded: text.count),
        payload: text.baseAddress.map { Int(bitPattern: $0) } ?? 0))
  }

  /// A copy of a text.
  func copy(_ kind: InstanceKind, _ text: UnsafeRawBufferPointer) {
    let room = room(text.count)
    if let base = text.baseAddress { memcpy(room, base, text.count) }
    self.text(kind, UnsafeRawBufferPointer(start: room, count: text.count))
  }

  func name(_ text: UnsafeRawBufferPointer) {
    self.text(.string, text)
    items[count - 1].hash = InstanceItem.hash(text)
  }

  /// Begins an array or object; returns its place for `close`.
  func open(_ kind: InstanceKind) -> Int {
    append(InstanceItem(kind: kind))
    return count - 1
  }

  /// Ends the array or object that began at `place`, with its number of elements or members.
  func close(_ place: Int, _ members: Int) {
    items[place].count = UInt32(truncatingIfNeeded: members)
    items[place].next = UInt32(truncatingIfNeeded: count)
  }
}
