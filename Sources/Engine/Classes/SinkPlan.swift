internal import ChangeModel
internal import KafkaClient
internal import Settings

/// A sink connector, whatever its target: its tasks, each with a member of the group, the sink, and what gets it past
/// failed records.
struct SinkPlan: Sendable {
  let group: SinkGroup
  /// The connector's keys.
  let keys: ParsedConfig
  let tasks: Int
  /// Tries while the target can't be reached; nil: without limit.
  let maxRetries: Int?
  /// Sentences about accepted keys.
  let accepted: [String]
  /// Makes a task's sink, with its stages.
  let makeSink:
    @Sendable (_ notices: Notices, _ commits: GroupCommits, _ context: TaskRunner.Context) throws(CDCError) ->
      any RecordSink

  /// The connector, ready to run.
  func plan() throws(CDCError) -> ConnectorPlan {
    let retry = RetryPolicy(maxRetries: maxRetries, longestWait: .seconds(30))
    let notices = Notices()
    let meters = (0..<max(1, tasks)).map { group.services.sinkMeter(group.connector, task: $0) }
    try group.joinFlow()
    var bodies: [TaskRunner.Body] = []
    for (task, meter) in meters.enumerated() {
      let body: TaskRunner.Body = { context throws(CDCError) in try run(task, retry, meter, notices, context) }
      bodies.append(body)
    }
    return ConnectorPlan(
      tasks: bodies, retry: retry, notices: accepted,
      figures: {
        let sinks = meters.map(\.current)
        return ConnectorFigures(
          sinks: sinks, topics: sinks.reduce(into: []) { $0.formUnion($1.topics) }, notices: notices.all)
      })
  }

  private func run(
    _ task: Int, _ retry: RetryPolicy, _ meter: SinkMeter, _ notices: Notices, _ context: TaskRunner.Context
  ) throws(CDCError) -> TaskRunner.End {
    let kafka = group.services.kafka
    let name = group.connector
    let label = "\(name)-\(task)"
    let commits = GroupCommits()
    let sink = try makeSink(notices, commits, context)
    let failures = SinkFailures(services: group.services, connector: name, task: task, keys: keys) { notices.add($0) }
    let parking = failures.parking()
    defer { kafka.watch(label, nil) }
    let parts = SinkTask.Parts(
      sink: sink,
      makeConsumer: { assigned, revoked throws(CDCError) in
        let consumer = try GroupConsumer(group.settings, assigned: assigned, revoked: revoked)
        commits.consumer = consumer
        kafka.watch(label, consumer.status)
        return GroupRecordConsumer(consumer, topics: group.subscription)
      }, delivered: { kafka.flow.delivered(by: name, $0) }, parking: parking,
      side: failures.sideTopics(parking, sink))
    return try SinkTask(parts: parts, policy: retry, meter: meter).run(context)
  }
}

/// Commits a sink's offsets to its group while the sink is at work. It belongs to the task's thread.
final class GroupCommits {
  /// The group's member, once there is one.
  weak var consumer: GroupConsumer?

  /// Commits, and returns when that is done.
  func commit(_ offsets: [TopicPartition: Int64]) throws(CDCError) {
    let ofTopics = offsets.filter { !SideOffsets.isSide($0.key) }
    guard !ofTopics.isEmpty else { return }
    try consumer?.commit(ofTopics)
  }
}
