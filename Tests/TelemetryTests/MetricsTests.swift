import Foundation
import Telemetry
import Testing

@Suite struct MetricsTests {
  private let registry = MetricRegistry()
  private var text: String { String(decoding: registry.prometheusText(), as: UTF8.self) }

  @Test func writesPrometheusText() {
    registry.counter("cdc_events_total", help: "Changes.", labels: ["connector": "crm", "op": "c"]).add(3)
    registry.counter("cdc_events_total", help: "Changes.", labels: ["connector": "crm", "op": "c"]).add()
    registry.gauge("cdc_lag_seconds", help: "Lag.", labels: ["connector": "a\"b\\c\nd"]).set(0.25)
    registry.callback("cdc_a", help: "At scrape.") { 7 }
    registry.callback("cdc_none", help: "Nothing now.") { nil }
    registry.samples("cdc_tables", help: "Tables.") { [.init(["table": "x"], .infinity), .init(["table": "y"], 2)] }
    #expect(
      text == """
        # HELP cdc_a At scrape.
        # TYPE cdc_a gauge
        cdc_a 7
        # HELP cdc_events_total Changes.
        # TYPE cdc_events_total counter
        cdc_events_total{connector="crm",op="c"} 4
        # HELP cdc_lag_seconds Lag.
        # TYPE cdc_lag_seconds gauge
        cdc_lag_seconds{connector="a\\"b\\\\c\\nd"} 0.25
        # HELP cdc_tables Tables.
        # TYPE cdc_tables gauge
        cdc_tables{table="x"} +Inf
        cdc_tables{table="y"} 2

        """)
  }

  @Test func histogramsAreCumulative() {
    let histogram = registry.histogram("cdc_seconds", help: "Time.", bounds: [1, 0.1])
    histogram.observe(.milliseconds(50))
    histogram.observe(0.1)
    histogram.observe(0.5, times: 2)
    histogram.observe(9)
    #expect(
      text.split(separator: "\n").dropFirst(2).map(String.init) == [
        "cdc_seconds_bucket{le=\"0.1\"} 2", "cdc_seconds_bucket{le=\"1\"} 4", "cdc_seconds_bucket{le=\"+Inf\"} 5",
        "cdc_seconds_sum 10.15", "cdc_seconds_count 5",
      ])
  }

  @Test func forgetsADeletedConnector() {
    let kept = registry.counter("cdc_x_total", help: "X.", labels: ["connector": "a"])
    registry.counter("cdc_x_total", help: "X.", labels: ["connector": "b"]).add()
    registry.samples("cdc_y", help: "Y.", owner: ["connector": "b"]) { [.init(["connector": "b"], 1)] }
    registry.remove(label: "connector", value: "b")
    kept.add()
    #expect(text.contains("connector=\"a\"} 1") && !text.contains("\"b\"") && !text.contains("cdc_y"))
  }

  @Test func aNameHasOneKind() {
    registry.counter("cdc_x", help: "X.").add(2)
    registry.gauge("cdc_x", help: "X.").set(9.0)
    #expect(text.contains("cdc_x 2\n") && !text.contains("9"))
  }

  @Test func countsFromManyThreads() {
    let counter = registry.counter("cdc_n_total", help: "N.")
    let gauge = registry.gauge("cdc_g", help: "G.")
    let histogram = registry.histogram("cdc_h", help: "H.", bounds: [1])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10_000 {
        counter.add()
        gauge.add(0.5)
        histogram.observe(0.5)
      }
    }
    counter.add(-5)
    #expect(counter.value == 80_000 && gauge.value == 40_000 && histogram.count == 80_000)
  }

  private static let promtool = "/usr/bin/promtool"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: promtool), "promtool is not installed"))
  func promtoolAgrees() throws {
    ProcessMetrics.register(in: registry)
    registry.counter("cdc_events_total", help: "Changes.", labels: ["connector": "ä\n\"", "op": "c"]).add(3)
    registry.histogram("cdc_end_to_end_seconds", help: "Time.", labels: ["connector": "a"]).observe(.seconds(2))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.promtool)
    process.arguments = ["check", "metrics"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    input.fileHandleForWriting.write(Data(registry.prometheusText()))
    try input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
  }

  @Test func knowsTheProcess() {
    ProcessMetrics.register(in: registry)
    for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_threads", "process_open_fds"] {
      #expect(text.contains("\n\(name) "), "\(name)")
    }
  }
}
