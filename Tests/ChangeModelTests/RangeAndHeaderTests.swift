import ChangeModel
import Testing

@Suite struct RangeAndHeaderTests {
  @Test func anEmptyRangeIsNotAnAbsentOne() {
    let empty = ByteRange(offset: 0, count: 0)
    #expect(empty.isPresent)
    #expect(!ByteRange.none.isPresent)
    #expect(empty != .none)
    #expect(ByteRange(offset: 7, count: 5).end == 12)
  }

  @Test func headersComeBackInOrder() {
    var buffer = ByteBuffer()
    let value = Array("{\"id\":1}".utf8)
    value.withUnsafeBytes { HeaderList.append(name: "__debezium.newkey", value: $0, to: &buffer) }
    HeaderList.append(name: "nothing", value: nil, to: &buffer)
    HeaderList.append(name: "léer", value: UnsafeRawBufferPointer(start: nil, count: 0), to: &buffer)
    var found: [Header] = []
    HeaderList.forEach(in: buffer.bytes) { name, value in
      found.append(Header(name: String(decoding: name, as: UTF8.self), value: value.map { Array($0) }))
    }
    let expected = [
      Header(name: "__debezium.newkey", value: value), Header(name: "nothing", value: nil),
      Header(name: "léer", value: []),
    ]
    #expect(found == expected)
  }

  @Test func anEmptyListHasNoHeaders() {
    var count = 0
    HeaderList.forEach(in: UnsafeRawBufferPointer(start: nil, count: 0)) { _, _ in count += 1 }
    #expect(count == 0)
  }
}
