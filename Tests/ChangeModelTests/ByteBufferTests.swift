import ChangeModel
import Testing

@Suite struct ByteBufferTests {
  @Test func appendedBytesAreKeptWhileItGrows() {
    var buffer = ByteBuffer(capacity: 16)
    for number in 0..<10_000 { buffer.append(UInt8(truncatingIfNeeded: number)) }
    #expect(buffer.count == 10_000)
    #expect(buffer.capacity >= 10_000)
    let matches = buffer.bytes.enumerated().allSatisfy { $0.element == UInt8(truncatingIfNeeded: $0.offset) }
    #expect(matches)
  }

  @Test func integersAreInNetworkByteOrder() {
    var buffer = ByteBuffer()
    buffer.appendBigEndian(Int32(-2))
    buffer.appendBigEndian(UInt16(0x0102))
    buffer.appendBigEndian(Int64(5))
    #expect(Array(buffer.bytes) == [0xff, 0xff, 0xff, 0xfe, 1, 2, 0, 0, 0, 0, 0, 0, 0, 5])
  }

  @Test func aLengthCanBeWrittenLater() {
    var buffer = ByteBuffer()
    buffer.appendBigEndian(Int32(0))
    buffer.append("four")
    buffer.overwriteBigEndian(4, at: 0)
    #expect(Array(buffer.bytes) == [0, 0, 0, 4] + Array("four".utf8))
  }

  @Test func textsAndArraysAreBytes() {
    var buffer = ByteBuffer()
    buffer.append("é")
    buffer.append(text: "日本")
    buffer.append([1, 2])
    buffer.append([])
    buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(Array(buffer.bytes) == Array("é日本".utf8) + [1, 2])
  }

  @Test func reservedBytesCountWhenCommitted() {
    var buffer = ByteBuffer(capacity: 16)
    buffer.append([1, 2, 3])
    let end = buffer.reserve(1000)
    #expect(buffer.count == 3)
    end.storeBytes(of: 9, as: UInt8.self)
    buffer.commit(1)
    #expect(Array(buffer.bytes) == [1, 2, 3, 9])
  }

  @Test func rangesGiveTheirBytes() {
    var buffer = ByteBuffer()
    buffer.append("abcdef")
    #expect(Array(buffer[ByteRange(offset: 2, count: 3)]) == Array("cde".utf8))
    #expect(buffer[ByteRange(offset: 6, count: 0)].isEmpty)
    #expect(buffer[.none].baseAddress == nil)
  }

  @Test func itCanBeCutBackAndUsedAgain() {
    var buffer = ByteBuffer(capacity: 64)
    buffer.append("abcdef")
    buffer.truncate(to: 2)
    #expect(Array(buffer.bytes) == Array("ab".utf8))
    let capacity = buffer.capacity
    buffer.removeAll()
    #expect(buffer.count == 0)
    #expect(buffer.capacity == capacity)
  }

  @Test func anUnusuallyLargeOneGivesMemoryBack() {
    var buffer = ByteBuffer()
    _ = buffer.reserve(1 << 20)
    buffer.removeAll(keepingAtMost: 4096)
    #expect(buffer.capacity == 4096)
    buffer.append("still usable")
    #expect(buffer.count == 12)
    buffer.removeAll(keepingAtMost: 8192)
    #expect(buffer.capacity == 4096)
  }
}
