internal import CRDKafka
public import ChangeModel
internal import Flow

extension AdminClient {
  /// Creates the topics that don't exist, leaves the others as they are, and waits until all can be used. Returns the
  /// names of those created. Throws `kafkaTopicRefused` with the broker's reason for the first that it refuses.
  @discardableResult public func createTopics(_ wanted: [NewTopic], patience: Duration = .seconds(30)) throws(CDCError)
    -> [String]
  {
    let present = Set(try topics(patience: patience).map(\.name))
    let missing = wanted.filter { !present.contains($0.name) }
    if let embedded {
      for topic in missing { try embedded.createTopic(topic.name, partitions: topic.partitions) }
    } else if !missing.isEmpty {
      try create(missing, validateOnly: false)
    }
    try waitForTopics(wanted.map(\.name), patience: patience)
    return missing.map(\.name)
  }

  /// Asks the broker whether it would create these topics, without creating any.
  public func validateTopics(_ wanted: [NewTopic]) throws(CDCError) {
    guard embedded == nil, !wanted.isEmpty else { return }
    try create(wanted, validateOnly: true)
  }

  /// Deletes topics; those that don't exist are passed over.
  public func deleteTopics(_ names: [String]) throws(CDCError) {
    guard !names.isEmpty else { return }
    var doomed = names.map { rd_kafka_DeleteTopic_new($0) }
    defer { rd_kafka_DeleteTopic_destroy_array(&doomed, doomed.count) }
    try request(
      RD_KAFKA_ADMIN_OP_DELETETOPICS, "topics can't be deleted", operationPatience: .seconds(10),
      send: { rd_kafka_DeleteTopics(client.pointer, &doomed, doomed.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer), &count)
        try check(pointers(results, count), passing: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "can't be deleted")
      })
  }

  /// Raises a topic's number of partitions to `total`.
  public func createPartitions(of topic: String, total: Int) throws(CDCError) {
    var reason = [CChar](repeating: 0, count: 256)
    guard let made = rd_kafka_NewPartitions_new(topic, total, &reason, reason.count) else {
      throw CDCError(.kafkaTopicRefused, "topic \(topic) can't have \(total) partitions", cause: textOf(reason))
    }
    var wanted: [OpaquePointer?] = [made]
    defer { rd_kafka_NewPartitions_destroy_array(&wanted, wanted.count) }
    try request(
      RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, "topic \(topic) can't get \(total) partitions",
      operationPatience: .seconds(10),
      send: { rd_kafka_CreatePartitions(client.pointer, &wanted, wanted.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(answer), &count)
        try check(pointers(results, count), passing: RD_KAFKA_RESP_ERR_NO_ERROR, "can't get \(total) partitions")
      })
  }

  /// Waits until every topic has a leader for each partition. Throws `kafkaTopicMissing` when `patience` is over.
  public func waitForTopics(_ names: [String], patience: Duration = .seconds(30)) throws(CDCError) {
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    while true {
      let usable = Set(try topics(patience: patience).filter { $0.hasLeaders && $0.partitionCount > 0 }.map(\.name))
      guard let waiting = names.first(where: { !usable.contains($0) }) else { return }
      guard SystemTime.monotonicNanoseconds < deadline else {
        throw CDCError(.kafkaTopicMissing, "topic \(waiting) has no leader after \(patience)")
      }
      pause(.milliseconds(30))
    }
  }

  private func create(_ wanted: [NewTopic], validateOnly: Bool) throws(CDCError) {
    var made: [OpaquePointer?] = []
    defer { rd_kafka_NewTopic_destroy_array(&made, made.count) }
    for topic in wanted {
      var reason = [CChar](repeating: 0, count: 256)
      guard
        let new = rd_kafka_NewTopic_new(topic.name, topic.partitions, topic.replicationFactor, &reason, reason.count)
      else { throw CDCError(.kafkaTopicRefused, "topic \(topic.name) can't be created", cause: textOf(reason)) }
      made.append(new)
      for (name, value) in topic.configuration { rd_kafka_NewTopic_set_config(new, name, value) }
    }
    try request(
      RD_KAFKA_ADMIN_OP_CREATETOPICS, "topics can't be created", operationPatience: .seconds(10),
      validateOnly: validateOnly, send: { rd_kafka_CreateTopics(client.pointer, &made, made.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer), &count)
        // Another worker may have been faster.
        try check(pointers(results, count), passing: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "can't be created")
      })
  }

  private func check(_ results: [OpaquePointer], passing harmless: rd_kafka_resp_err_t, _ what: String) throws(CDCError)
  {
    for result in results {
      let code = rd_kafka_topic_result_error(result)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR && code != harmless else { continue }
      let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? ""
      let detail = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
      throw KafkaErrorCode(code).error("topic \(name) \(what)", detail: detail)
    }
  }
}
