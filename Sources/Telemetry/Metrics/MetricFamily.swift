/// The series of one metric name.
struct MetricFamily: Sendable {
  /// Where a series' numbers come from.
  enum Source: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case callback(@Sendable () -> Double?)
    case samples(@Sendable () -> [MetricRegistry.Sample])
  }

  struct Series: Sendable {
    let labels: [(name: String, value: String)]
    var source: Source
  }

  let kind: MetricRegistry.Kind
  let help: String
  var series: [Series] = []

  init(kind: MetricRegistry.Kind, help: String) {
    self.kind = kind
    self.help = help
  }

  /// The source of these labels; `source` is added if there is none. Of another kind than the family's, it is not.
  mutating func findOrAdd(
    _ labels: [(name: String, value: String)], _ kind: MetricRegistry.Kind, _ source: Source
  ) -> Source {
    guard kind == self.kind else { return source }
    if let index = index(of: labels) { return series[index].source }
    series.append(Series(labels: labels, source: source))
    return source
  }

  mutating func replace(_ labels: [(name: String, value: String)], _ source: Source) {
    if let index = index(of: labels) {
      series[index].source = source
    } else {
      series.append(Series(labels: labels, source: source))
    }
  }

  private func index(of labels: [(name: String, value: String)]) -> Int? {
    series.firstIndex { $0.labels.elementsEqual(labels) { $0 == $1 } }
  }
}
