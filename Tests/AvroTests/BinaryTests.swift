import Avro
import Testing

@Suite struct BinaryTests {
  static let longs: [(Int64, [UInt8])] = [
    (0, [0]), (-1, [1]), (1, [2]), (-64, [0x7F]), (64, [0x80, 0x01]), (8192, [0x80, 0x80, 0x01]),
    (.max, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
    (.min, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
  ]

  @Test(arguments: longs) func longsAreZigzagVarints(value: Int64, bytes: [UInt8]) throws {
    #expect(written { AvroBinary.writeLong(value, to: $0) } == bytes)
    #expect(AvroBinary.size(ofLong: value) == bytes.count)
    #expect(try read(bytes) { reader throws(AvroError) in try reader.readLong() } == value)
  }

  @Test func sizesFitAtEveryPowerOfTwo() {
    for shift in 0..<63 {
      for value in [Int64(1) << shift, (Int64(1) << shift) - 1, -(Int64(1) << shift)] {
        #expect(written { AvroBinary.writeLong(value, to: $0) }.count == AvroBinary.size(ofLong: value))
      }
    }
  }

  @Test func otherPrimitives() throws {
    #expect(written { AvroBinary.writeFloat(1.5, to: $0) } == [0, 0, 0xC0, 0x3F])
    #expect(written { AvroBinary.writeDouble(-2, to: $0) } == [0, 0, 0, 0, 0, 0, 0, 0xC0])
    #expect(written { AvroBinary.writeBoolean(true, to: $0) } == [1])
    let text: [UInt8] = Array("foo".utf8)
    #expect(
      text.withUnsafeBytes { text in written { AvroBinary.writeBytes(text, to: $0) } } == [6, 0x66, 0x6F, 0x6F])
    #expect(written { AvroBinary.writeBytes(UnsafeRawBufferPointer(start: nil, count: 0), to: $0) } == [0])
    #expect(try read([0, 0, 0xC0, 0x3F]) { reader throws(AvroError) in try reader.readFloat() } == 1.5)
    #expect(
      try read([9, 0, 0, 0, 0, 0, 0, 0, 0xC0]) { reader throws(AvroError) in
        _ = try reader.readFixed(1)
        return try reader.readDouble()
      } == -2)
  }

  @Test func hostileBytesAreErrors() {
    let cases: [[UInt8]] = [
      [], [0x80], [0x80, 0x80], Array(repeating: 0x80, count: 11),
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
    ]
    for bytes in cases {
      #expect(throws: AvroError.self) { try read(bytes) { reader throws(AvroError) in try reader.readLong() } }
    }
    let lengths: [[UInt8]] = [
      [0x01], [0x08, 1, 2], [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ]
    for bytes in lengths {
      #expect(throws: AvroError.self) {
        try read(bytes) { reader throws(AvroError) in try reader.readBytes().count }
      }
    }
    #expect(throws: AvroError.self) { try read([2]) { reader throws(AvroError) in try reader.readBoolean() } }
    #expect(throws: AvroError.self) {
      try read([0x80, 0x80, 0x80, 0x80, 0x10]) { reader throws(AvroError) in try reader.readInt() }
    }
    #expect(throws: AvroError.self) { try read([4]) { reader throws(AvroError) in try reader.readBranch(of: 2) } }
    #expect(throws: AvroError.self) { try read([1]) { reader throws(AvroError) in try reader.readBranch(of: 2) } }
  }
}

func written(_ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
  withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { room in
    guard let start = room.baseAddress else { return [] }
    let count = write(start)
    return Array(room[..<count])
  }
}

func read<Value>(_ bytes: [UInt8], _ body: (inout AvroReader) throws(AvroError) -> Value) throws(AvroError) -> Value {
  try bytes.withUnsafeBufferPointer { bytes throws(AvroError) in
    var reader = AvroReader(UnsafeRawBufferPointer(bytes))
    return try body(&reader)
  }
}
