import ChangeModel
import KafkaClient
import TestSupport
import Testing

extension RealBrokerTests {
  @Suite struct PartitioningTests {
    @Test func keysGoWhereJavaPutsThem() throws {
      let keys = (0..<100).map { "key-\($0 * 7919)-é" }
      let java = try TestCluster.topic("java", partitions: 12)
      let own = try TestCluster.topic("own", partitions: 12)
      try TestCluster.broker().tool(
        "console-producer", ["--topic", java, "--property", "parse.key=true", "--property", "key.separator=:"],
        input: keys.map { "\($0):v\n" }.joined())
      let publisher = try TestCluster.publisher(uniqueName("c"))
      defer { publisher.close() }
      _ = try publisher.open()
      try publisher.add(Batches.make(own, keys.map { ($0, "v") }))
      _ = try publisher.commit(Batches.offset(1))
      let expected = try places(java)
      #expect(expected.count == 100)
      #expect(try places(own) == expected)
      for (key, partition) in expected {
        #expect(Array(key.utf8).withUnsafeBytes { Murmur2.partition(of: $0, count: 12) } == partition)
      }
    }

    private func places(_ topic: String) throws -> [String: Int32] {
      Dictionary(try TestCluster.records(topic).map { ($0.key ?? "", $0.partition) }, uniquingKeysWith: { $1 })
    }
  }
}
