internal import ChangeModel
internal import Settings
internal import Telemetry

/// Puts together what a sink's task needs to get past failed records.
struct SinkFailures {
  let services: WorkerServices
  let connector: String
  let task: Int
  let policy: FailurePolicy
  private let meter: FailureMeter

  /// `notice` takes sentences for the connector's status.
  init(
    services: WorkerServices, connector: String, task: Int, keys: ParsedConfig,
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.services = services
    self.connector = connector
    self.task = task
    policy = FailurePolicy(keys)
    meter = FailureMeter(services, connector: connector, notice: notice)
  }

  func parking() -> RecordParking {
    RecordParking(
      connector: connector, task: task, policy: policy, producer: PutAwayProducer(services.kafka, policy), meter: meter)
  }

  func sideTopics(_ parking: RecordParking, _ sink: any RecordSink) -> SideTopics {
    SideTopics(
      services.kafka, connector: connector, offsetsTopic: services.offsetsTopic, parking: parking, sink: sink,
      meter: meter)
  }
}
