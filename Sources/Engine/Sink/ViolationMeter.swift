internal import Telemetry

/// Violations by rule in the metrics. It belongs to the task's thread.
final class ViolationMeter {
  private let metrics: MetricRegistry
  private let connector: String
  private var known: [String: Int] = [:]

  init(_ metrics: MetricRegistry, connector: String) {
    self.metrics = metrics
    self.connector = connector
  }

  /// Counts what came since the last call; `totals` are since the task's start.
  func count(_ totals: [String: Int]) {
    for (rule, total) in totals where total > known[rule] ?? 0 {
      metrics.counter(
        "cdc_validation_violations_total", help: "Records that broke a rule of a stage validate.",
        labels: ["connector": connector, "rule": rule]
      ).add(total - (known[rule] ?? 0))
      known[rule] = total
    }
  }
}
