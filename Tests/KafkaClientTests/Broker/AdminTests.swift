import ChangeModel
import KafkaClient
import TestSupport
import Testing

extension RealBrokerTests {
  @Suite struct AdminTests {
    @Test func topicsAreMadeOnceWithTheirSettings() throws {
      let admin = try TestCluster.admin()
      defer { admin.close() }
      let name = uniqueName("made")
      let wanted = NewTopic(
        name: name, partitions: 3, replicationFactor: -1,
        configuration: [("cleanup.policy", "compact"), ("retention.ms", "1000")])
      #expect(try admin.createTopics([wanted]) == [name])
      #expect(try admin.topics().first { $0.name == name }?.partitionCount == 3)
      #expect(try admin.createTopics([NewTopic(name: name, partitions: 9)]) == [])
      #expect(try admin.topics().first { $0.name == name }?.partitionCount == 3)
      #expect(try own(admin, name) == ["cleanup.policy": "compact", "retention.ms": "1000"])
    }

    @Test func theBrokersDefaultsAreMinusOne() throws {
      let admin = try TestCluster.admin()
      defer { admin.close() }
      let name = uniqueName("default")
      try admin.createTopics([NewTopic(name: name)])
      let made = try #require(try admin.topics().first { $0.name == name })
      #expect(made.partitionCount == 1 && made.replicationFactor == 1 && made.hasLeaders)
    }

    @Test func aChangeKeepsTheOtherSettings() throws {
      let name = try TestCluster.topic("a", [("cleanup.policy", "compact"), ("retention.ms", "1000")])
      let admin = try TestCluster.admin()
      defer { admin.close() }
      try admin.alterConfiguration(of: name, [("max.message.bytes", "5000"), ("retention.ms", nil)])
      #expect(try own(admin, name) == ["cleanup.policy": "compact", "max.message.bytes": "5000"])
    }

    @Test func whatTheBrokerRefusesIsFatal() throws {
      let admin = try TestCluster.admin()
      defer { admin.close() }
      let replicas = #expect(throws: CDCError.self) {
        try admin.createTopics([NewTopic(name: uniqueName("r"), partitions: 1, replicationFactor: 5)])
      }
      #expect(replicas?.code == .kafkaTopicRefused)
      let setting = #expect(throws: CDCError.self) {
        try admin.createTopics([NewTopic(name: uniqueName("r"), configuration: [("cleanup.policy", "sometimes")])])
      }
      #expect(setting?.code == .kafkaTopicRefused)
      let name = #expect(throws: CDCError.self) { try admin.createTopics([NewTopic(name: "no spaces")]) }
      #expect(name?.code == .kafkaTopicRefused && name?.message.contains("no spaces") == true)
    }

    @Test func partitionsAndDeletion() throws {
      let name = try TestCluster.topic()
      let admin = try TestCluster.admin()
      defer { admin.close() }
      try admin.createPartitions(of: name, total: 4)
      #expect(try eventually { try admin.topics().first { $0.name == name }?.partitionCount == 4 })
      let fewer = #expect(throws: CDCError.self) { try admin.createPartitions(of: name, total: 2) }
      #expect(fewer?.code == .kafkaTopicRefused)
      try admin.deleteTopics([name, uniqueName("absent")])
      #expect(try eventually { try !admin.topics().contains { $0.name == name } })
    }

    @Test func theClusterHasAnID() throws {
      let admin = try TestCluster.admin()
      defer { admin.close() }
      #expect(try admin.clusterID().count > 10)
    }

    @Test func groupOffsetsAreSetListedAndDeleted() throws {
      let name = try TestCluster.topic(partitions: 2)
      let admin = try TestCluster.admin()
      defer { admin.close() }
      let group = uniqueName("g")
      let first = TopicPartition(topic: name, partition: 0)
      let second = TopicPartition(topic: name, partition: 1)
      #expect(try admin.offsets(ofGroup: group, partitions: [first, second]) == [:])
      try admin.alterOffsets(ofGroup: group, [first: 7, second: 9])
      #expect(try admin.offsets(ofGroup: group) == [first: 7, second: 9])
      try admin.deleteOffsets(ofGroup: group, [first])
      #expect(try admin.offsets(ofGroup: group) == [second: 9])
      try admin.deleteGroup(group)
      #expect(try admin.offsets(ofGroup: group) == [:])
      try admin.deleteGroup(group)
    }

    private func own(_ admin: AdminClient, _ topic: String) throws -> [String: String?] {
      Dictionary(
        try admin.configuration(of: topic).filter(\.isOwn).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
  }
}
