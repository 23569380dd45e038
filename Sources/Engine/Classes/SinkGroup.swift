internal import ChangeModel
internal import EventEncoding
internal import KafkaClient
internal import Settings
internal import Telemetry

/// A sink connector's consumer group: which topics it reads, and with which properties.
struct SinkGroup: Sendable {
  let services: WorkerServices
  let connector: String
  /// Topics to read; empty where `pattern` says which.
  let topics: [String]
  /// `topics.regex`
  let pattern: String?
  /// The consumer's keys by Java's names.
  let overrides: [(String, String)]

  /// The settings of a member.
  var settings: ConsumerSettings {
    let overrides = JavaClientProperties(overrides, for: .consumer).properties
    var properties = services.kafka.properties.merging(overrides)
    // A sink holds one batch at a time; what is fetched ahead of it need not be more than a few of them.
    properties.setDefault("queued.max.messages.kbytes", "16384")
    // Topics that are made after the sink started, and those that a pattern comes to match, are found by this.
    let isEmbedded = services.kafka.embedded != nil
    properties.setDefault("topic.metadata.refresh.interval.ms", isEmbedded ? "500" : "5000")
    // A killed worker's partitions are free again after this long; Kafka's 45 s would be the time that its restart takes.
    properties.setDefault("session.timeout.ms", isEmbedded ? "6000" : "10000")
    if isEmbedded { properties.setDefault("heartbeat.interval.ms", "500") }
    return ConsumerSettings(properties: properties, group: overrides["group.id"] ?? "connect-\(connector)")
  }

  /// What a member subscribes to.
  var subscription: [String] { topics.isEmpty ? [Self.anchored(pattern ?? "")] : topics }

  /// Has sources wait for the sink where the broker is the embedded one.
  func joinFlow() throws(CDCError) {
    guard services.kafka.embedded != nil else { return }
    let topics = Set(topics)
    var compiled: JavaPattern?
    if let pattern {
      do throws(PatternProblem) { compiled = try JavaPattern(pattern) } catch {
        throw CDCError(.invalidConfiguration, "topics.regex can't be used: \(error)")
      }
    }
    let whole = compiled
    services.kafka.flow.join(sink: connector) { topic in
      topics.contains(topic) || ((try? whole?.matches(topic)) ?? false)
    }
  }

  /// A pattern that must match a whole topic, as Kafka Connect's does, without its own anchors.
  private static func anchored(_ pattern: String) -> String {
    var inner = Substring(pattern)
    if inner.first == "^" { inner.removeFirst() }
    if inner.last == "$" { inner.removeLast() }
    return "^(\(inner))$"
  }
}

extension WorkerServices {
  /// Where the schemas of a sink's keys or values come from; `converter` has the converter's keys without their prefix.
  func sinkSchemas(_ format: RecordFormat, _ converter: [(String, String)]) throws(CDCError)
    -> any SchemaSource & Sendable
  {
    guard format == .avro else { return NoSchemas() }
    var options = converter.map { (name: $0.0, value: $0.1) }
    if !options.contains(where: { $0.name == "schema.registry.url" }) {
      options.append((name: "schema.registry.url", value: registryURLs))
    }
    return try RegistrySchemas(converter: options)
  }

  /// The figures of a sink's task.
  func sinkMeter(_ connector: String, task: Int) -> SinkMeter {
    let histogram = metrics.histogram(
      "cdc_sink_commit_seconds", help: "Time that a batch took to become durable in the target.",
      labels: ["connector": connector, "task": "\(task)"])
    return SinkMeter { _, seconds in histogram.observe(seconds) }
  }
}
