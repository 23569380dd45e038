import KafkaClient
import Testing

/// Vectors of Apache Kafka's own `UtilsTest.testMurmur2`.
@Suite struct Murmur2Tests {
  @Test(arguments: [
    ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
    ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
    ("abc", 479_470_107),
  ]) func hashesAsJavaDoes(_ text: String, _ expected: Int32) { #expect(Int32(bitPattern: hash(text)) == expected) }

  @Test func theSignBitDoesNotCount() {
    #expect(partition("21", 12) == Int32(UInt32(bitPattern: -973_932_308) & 0x7fff_ffff) % 12)
    for count in [Int32(1), 3, 12, 1000] { #expect((0..<count).contains(partition("foobar", count))) }
  }

  @Test func anEmptyKeyIsHashedToo() { #expect(Int32(bitPattern: hash("")) == 275_646_681) }

  private func hash(_ text: String) -> UInt32 { Array(text.utf8).withUnsafeBytes { Murmur2.hash($0) } }

  private func partition(_ text: String, _ count: Int32) -> Int32 {
    Array(text.utf8).withUnsafeBytes { Murmur2.partition(of: $0, count: count) }
  }
}
