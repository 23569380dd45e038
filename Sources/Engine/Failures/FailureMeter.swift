internal import ChangeModel
internal import Telemetry

/// Counts what becomes of a connector's failed records.
struct FailureMeter: Sendable {
  let connector: String
  let metrics: MetricRegistry
  let log: Log
  /// Takes a sentence for the connector's status.
  let notice: @Sendable (String) -> Void

  init(connector: String, metrics: MetricRegistry, log: Log, notice: @escaping @Sendable (String) -> Void) {
    self.connector = connector
    self.metrics = metrics
    self.log = log
    self.notice = notice
  }

  /// Of a worker's connector.
  init(_ services: WorkerServices, connector: String, notice: @escaping @Sendable (String) -> Void) {
    self.init(
      connector: connector, metrics: services.metrics, log: services.log.with(["connector.name": connector]),
      notice: notice)
  }

  func deadLetter(_ error: CDCError) {
    metrics.counter(
      "cdc_dlq_records_total", help: "Records that went to the dead letter topic.",
      labels: ["connector": connector, "code": error.code.name]
    ).add()
  }

  func dropped(_ error: CDCError) {
    metrics.counter(
      "cdc_dropped_records_total", help: "Records left out by errors.tolerance=all without a dead letter topic.",
      labels: ["connector": connector, "code": error.code.name]
    ).add()
    notice(
      "records are left out (\(error.code.name)): errors.tolerance is all and errors.deadletterqueue.topic.name is not set"
    )
  }

  func retried(tier: String) {
    metrics.counter(
      "cdc_retry_records_total", help: "Records that went to a retry tier.",
      labels: ["connector": connector, "tier": tier]
    ).add()
  }

  func superseded(_ count: Int) {
    metrics.counter(
      "cdc_superseded_records_total", help: "Late records left out because a newer one of their key was written.",
      labels: ["connector": connector]
    ).add(count)
    log.info("late records were left out, since newer ones of their keys were written", ["records": count])
  }

  func parked(_ count: Int, task: Int) {
    metrics.gauge(
      "cdc_parked_records", help: "Records that wait in retry tiers.",
      labels: ["connector": connector, "task": String(task)]
    ).set(Double(count))
  }
}
