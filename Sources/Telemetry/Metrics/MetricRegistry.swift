internal import Synchronization

/// All metrics of a process by name and labels. Handles are got once and kept; updating one takes no lock.
public final class MetricRegistry: Sendable {
  /// What kind of number a metric is.
  public enum Kind: String, Sendable {
    /// It only grows.
    case counter
    /// It goes up and down.
    case gauge
    /// Observations by size.
    case histogram
  }

  /// Labels of one series, in the order in which they are shown.
  public typealias Labels = KeyValuePairs<String, String>

  /// A number with its labels, read at scrape time.
  public struct Sample: Sendable {
    /// The labels.
    public var labels: [(name: String, value: String)]
    /// The number.
    public var value: Double

    /// A sample.
    public init(_ labels: Labels, _ value: Double) {
      self.labels = labels.map { (name: $0.key, value: $0.value) }
      self.value = value
    }
  }

  private let families = Mutex<[String: MetricFamily]>([:])

  /// An empty registry.
  public init() {}

  /// The counter of this name and these labels, made if there is none. A name in use for another kind gives a counter
  /// that is not shown.
  public func counter(_ name: String, help: String, labels: Labels = [:]) -> Counter {
    let made = Counter()
    let stored = store(name, .counter, help, labels, .counter(made))
    if case .counter(let counter) = stored { return counter }
    return made
  }

  /// The gauge of this name and these labels, made if there is none. A name in use for another kind gives a gauge that
  /// is not shown.
  public func gauge(_ name: String, help: String, labels: Labels = [:]) -> Gauge {
    let made = Gauge()
    let stored = store(name, .gauge, help, labels, .gauge(made))
    if case .gauge(let gauge) = stored { return gauge }
    return made
  }

  /// The histogram of this name and these labels, made if there is none. A name in use for another kind gives a
  /// histogram that is not shown.
  public func histogram(
    _ name: String, help: String, labels: Labels = [:], bounds: [Double] = Histogram.latencyBounds
  ) -> Histogram {
    let made = Histogram(bounds: bounds)
    let stored = store(name, .histogram, help, labels, .histogram(made))
    if case .histogram(let histogram) = stored { return histogram }
    return made
  }

  /// A gauge, or a counter kept elsewhere, that is asked at each scrape; nil leaves it out then. It takes the place of
  /// an earlier one with this name and these labels.
  public func callback(
    _ name: String, _ kind: Kind = .gauge, help: String, labels: Labels = [:], _ read: @escaping @Sendable () -> Double?
  ) {
    let labels = labels.map { (name: $0.key, value: $0.value) }
    families.withLock { families in
      families[name, default: MetricFamily(kind: kind, help: help)].replace(labels, .callback(read))
    }
  }

  /// A metric whose series are only known at each scrape, as one per table. `owner` are the labels by which `remove`
  /// finds it.
  public func samples(
    _ name: String, _ kind: Kind = .gauge, help: String, owner: Labels = [:],
    _ read: @escaping @Sendable () -> [Sample]
  ) {
    let labels = owner.map { (name: $0.key, value: $0.value) }
    families.withLock { families in
      families[name, default: MetricFamily(kind: kind, help: help)].replace(labels, .samples(read))
    }
  }

  /// Forgets every series with this label, as those of a deleted connector. Handles to them stay usable, unseen.
  public func remove(label: String, value: String) {
    families.withLock { families in
      for name in families.keys {
        families[name]?.series.removeAll { $0.labels.contains { $0.name == label && $0.value == value } }
        if families[name]?.series.isEmpty == true { families[name] = nil }
      }
    }
  }

  /// Everything in Prometheus' text format 0.0.4 (`text/plain; version=0.0.4`), families by name.
  public func prometheusText() -> [UInt8] {
    // Callbacks run outside of the lock: they may take locks of their own, or register metrics.
    let snapshot = families.withLock { $0.sorted { $0.key < $1.key } }
    var text = PrometheusText()
    for (name, family) in snapshot { text.append(name, family) }
    return text.bytes
  }

  private func store(
    _ name: String, _ kind: Kind, _ help: String, _ labels: Labels, _ source: MetricFamily.Source
  ) -> MetricFamily.Source {
    let labels = labels.map { (name: $0.key, value: $0.value) }
    return families.withLock { families in
      families[name, default: MetricFamily(kind: kind, help: help)].findOrAdd(labels, kind, source)
    }
  }
}
