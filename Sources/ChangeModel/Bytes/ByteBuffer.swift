/// A growable run of bytes that its owner fills, hands on and uses again; it never shrinks by itself.
///
/// The hot path writes wire and Avro bytes into such buffers instead of making objects. Not thread-safe: it belongs to
/// whoever holds it.
public struct ByteBuffer: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var length: Int
  /// The number of bytes written.
  @inlinable public var count: Int { length }
  @usableFromInline var room: Int
  /// The number of bytes that fit without growing.
  @inlinable public var capacity: Int { room }

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int = 4096) {
    room = max(capacity, 16)
    base = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    length = 0
  }

  deinit { base.deallocate() }

  /// The bytes written so far; valid until the next mutation.
  @inlinable public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: count)
  }

  /// The bytes of `range`; valid until the next mutation. An absent range gives an empty run.
  @inlinable public subscript(range: ByteRange) -> UnsafeRawBufferPointer {
    guard range.isPresent else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    precondition(range.end <= count, "range outside of the buffer")
    return UnsafeRawBufferPointer(start: base + Int(range.offset), count: Int(range.count))
  }

  /// Makes room for `extra` bytes behind the last one and returns where they begin; `commit` makes them count.
  @inline(__always) @inlinable public mutating func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
    if length &+ extra > room { grow(to: count + extra) }
    return base + count
  }

  /// Counts `written` bytes that were put where `reserve` pointed.
  @inline(__always) @inlinable public mutating func commit(_ written: Int) {
    length &+= written
  }

  /// Appends one byte.
  @inline(__always) @inlinable public mutating func append(_ byte: UInt8) {
    let end = reserve(1)
    end.storeBytes(of: byte, as: UInt8.self)
    length &+= 1
  }

  /// Appends a run of bytes.
  @inline(__always) @inlinable public mutating func append(_ other: UnsafeRawBufferPointer) {
    guard let source = other.baseAddress, other.count > 0 else { return }
    let end = reserve(other.count)
    end.copyMemory(from: source, byteCount: other.count)
    length &+= other.count
  }

  /// Appends the bytes of an array.
  @inlinable public mutating func append(_ other: [UInt8]) {
    other.withUnsafeBytes { append($0) }
  }

  /// Appends the UTF-8 of a text.
  @inlinable public mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends the UTF-8 of a text. Off the hot path: it may copy the text first.
  public mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends an integer in network byte order.
  @inlinable public mutating func appendBigEndian<Integer: FixedWidthInteger>(_ value: Integer) {
    let end = reserve(MemoryLayout<Integer>.size)
    end.storeBytes(of: value.bigEndian, as: Integer.self)
    length &+= MemoryLayout<Integer>.size
  }

  /// Overwrites four bytes at `offset` with an integer in network byte order, for lengths that are known later.
  @inlinable public mutating func overwriteBigEndian(_ value: Int32, at offset: Int) {
    precondition(offset >= 0 && offset + 4 <= count, "offset outside of the buffer")
    (base + offset).storeBytes(of: value.bigEndian, as: Int32.self)
  }

  /// Cuts the buffer back to `count` bytes, to take back what was written last.
  @inlinable public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count, "can only cut back")
    length = count
  }

  /// Forgets the content and keeps the memory.
  @inlinable public mutating func removeAll() { length = 0 }

  /// Forgets the content and gives the memory above `limit` bytes back, after an unusually large batch.
  public mutating func removeAll(keepingAtMost limit: Int) {
    length = 0
    guard room > limit else { return }
    base.deallocate()
    room = max(limit, 16)
    base = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
  }

  @inline(never) @usableFromInline mutating func grow(to needed: Int) {
    let size = max(needed, room + room / 2)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = larger
    room = size
  }
}
