internal import ChangeModel
public import JSON
internal import KafkaClient

extension Worker {
  /// Kafka's topics with their partitions and replicas.
  public func kafkaTopics() throws(ControlError) -> [JSONObject] {
    do {
      let topics = try services.kafka.withAdmin { admin throws(CDCError) in try admin.topics() }
      return topics.sorted { $0.name < $1.name }.map { topic in
        [
          "name": .string(topic.name), "partitions": .integer(topic.partitionCount),
          "replication": .integer(topic.replicationFactor),
        ]
      }
    } catch { throw ControlError(status: 503, message: error.description) }
  }

  /// Makes topics as a file wants them, or says what it would do.
  public func applyTopics(_ file: [UInt8], dryRun: Bool) throws(ControlError) -> JSONObject {
    do throws(CDCError) {
      let wanted = try TopicFile(parsing: file)
      let applier = TopicApplier(kafka: services.kafka)
      let plan = try applier.plan(wanted)
      if dryRun { try applier.validate(plan) } else { try applier.apply(plan) }
      let steps = plan.steps.map { step in
        var entry: JSONObject = [
          "sign": .string(step.sign), "topic": .string(step.topic), "text": .string(step.text),
        ]
        if let warning = step.warning { entry["warning"] = .string(warning) }
        return JSONValue.object(entry)
      }
      return ["dry_run": .bool(dryRun), "steps": .array(steps)]
    } catch {
      throw ControlError(status: error.code.failureClass == .target ? 503 : 400, message: error.description)
    }
  }

  /// Hands out a topic's records as decoded JSON lines; blocks.
  public func tail(
    topic: String, fromBeginning: Bool, limit: Int?, follow: Bool, emit: (_ line: [UInt8]) -> Bool
  ) throws(ControlError) {
    let reader = TopicReader(
      services.kafka.properties, topic: topic, isolation: services.kafka.embedded == nil ? .committed : .uncommitted,
      start: fromBeginning ? .beginning : .end)
    defer { reader.close() }
    do throws(CDCError) {
      var tail = TopicTail(reader: reader, printer: RecordPrinter(schemas: services.schemas), limit: limit)
      try tail.run(follow: follow, emit: emit)
    } catch {
      throw ControlError(status: error.code == .kafkaTopicMissing ? 404 : 500, message: error.description)
    }
  }
}
