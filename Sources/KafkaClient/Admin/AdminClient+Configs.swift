internal import CRDKafka
public import ChangeModel

/// One setting of a topic, as the broker describes it.
public struct TopicSetting: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Its value; nil: the broker doesn't show it.
  public var value: String?
  /// Whether it was set for this topic, and is not the broker's default.
  public var isOwn: Bool
}

extension AdminClient {
  /// All settings of a topic, its own and the broker's defaults.
  public func configuration(of topic: String) throws(CDCError) -> [TopicSetting] {
    guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic) else {
      throw CDCError(.kafkaAdministration, "topic \(topic) can't be described")
    }
    var asked: [OpaquePointer?] = [resource]
    defer { rd_kafka_ConfigResource_destroy_array(&asked, asked.count) }
    return try request(
      RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "topic \(topic) can't be described",
      send: { rd_kafka_DescribeConfigs(client.pointer, &asked, asked.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer), &count)
        let resources = pointers(results, count)
        try check(resources, "can't be described")
        return resources.flatMap(settings)
      })
  }

  /// Changes settings of a topic; nil takes one back to the broker's default. The topic's other own settings stay: the
  /// request that librdkafka has would reset all that it doesn't name, so it is sent with all of them.
  public func alterConfiguration(of topic: String, _ changes: [(String, String?)]) throws(CDCError) {
    var own = KafkaProperties()
    for setting in try configuration(of: topic) where setting.isOwn {
      guard let value = setting.value else {
        throw CDCError(
          .kafkaAdministration,
          "topic \(topic) has the setting \(setting.name), which the broker doesn't show: "
            + "changing others would lose it")
      }
      own[setting.name] = value
    }
    for (name, value) in changes { own[name] = value }
    guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic) else {
      throw CDCError(.kafkaAdministration, "topic \(topic) can't be changed")
    }
    var asked: [OpaquePointer?] = [resource]
    defer { rd_kafka_ConfigResource_destroy_array(&asked, asked.count) }
    for (name, value) in own.pairs { rd_kafka_ConfigResource_set_config(resource, name, value) }
    try request(
      RD_KAFKA_ADMIN_OP_ALTERCONFIGS, "topic \(topic) can't be changed",
      send: { rd_kafka_AlterConfigs(client.pointer, &asked, asked.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(answer), &count)
        try check(pointers(results, count), "can't be changed")
      })
  }

  private func settings(_ resource: OpaquePointer) -> [TopicSetting] {
    var count = 0
    let entries = rd_kafka_ConfigResource_configs(resource, &count)
    return pointers(entries, count).map { entry in
      TopicSetting(
        name: rd_kafka_ConfigEntry_name(entry).map { String(cString: $0) } ?? "",
        value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
        isOwn: rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
    }
  }

  private func check(_ resources: [OpaquePointer], _ what: String) throws(CDCError) {
    for resource in resources {
      let code = KafkaErrorCode(rd_kafka_ConfigResource_error(resource))
      guard code != .none else { continue }
      let name = rd_kafka_ConfigResource_name(resource).map { String(cString: $0) } ?? ""
      let detail = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) }
      throw code.error("topic \(name) \(what)", detail: detail)
    }
  }
}
