/// Prometheus' text exposition format 0.0.4.
struct PrometheusText {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ name: String, _ family: MetricFamily) {
    var lines = PrometheusText()
    for series in family.series { lines.append(name, series) }
    guard !lines.bytes.isEmpty else { return }
    line("# HELP \(name) \(Self.escape(family.help, quotes: false))")
    line("# TYPE \(name) \(family.kind.rawValue)")
    bytes += lines.bytes
  }

  private mutating func append(_ name: String, _ series: MetricFamily.Series) {
    switch series.source {
    case .counter(let counter): sample(name, series.labels, String(counter.value))
    case .gauge(let gauge): sample(name, series.labels, Self.number(gauge.value))
    case .histogram(let histogram): append(name, series.labels, histogram)
    case .callback(let read):
      if let value = read() { sample(name, series.labels, Self.number(value)) }
    case .samples(let read):
      for one in read() { sample(name, one.labels, Self.number(one.value)) }
    }
  }

  private mutating func append(_ name: String, _ labels: [(name: String, value: String)], _ histogram: Histogram) {
    let (cumulative, sum) = histogram.reading
    for (bound, count) in zip(histogram.bounds.map(Self.number) + ["+Inf"], cumulative) {
      sample("\(name)_bucket", labels + [("le", bound)], String(count))
    }
    sample("\(name)_sum", labels, Self.number(sum))
    sample("\(name)_count", labels, String(cumulative.last ?? 0))
  }

  private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
    guard !labels.isEmpty else { return line("\(name) \(value)") }
    let list = labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }.joined(separator: ",")
    line("\(name){\(list)} \(value)")
  }

  private mutating func line(_ text: String) {
    bytes += text.utf8
    bytes.append(0x0A)
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return "\(value)"
  }

  private static func escape(_ text: String, quotes: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\"" where quotes: out += "\\\""
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
