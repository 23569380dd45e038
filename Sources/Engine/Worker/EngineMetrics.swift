internal import ChangeModel
internal import Flow
internal import Telemetry

/// The engine's figures as Prometheus families, read from the connectors when they are scraped.
struct EngineMetrics {
  private typealias Sample = MetricRegistry.Sample

  let worker: Worker

  /// Registers all families.
  func register(in registry: MetricRegistry) {
    sources(registry)
    positions(registry)
    sinks(registry)
    perConnector(registry)
    deadLetters(registry)
  }

  private func deadLetters(_ registry: MetricRegistry) {
    registry.samples("cdc_dlq_depth", .gauge, help: "Open dead letters, by code.") { [worker] in
      worker.deadLetterMonitor.readings.flatMap { reading in
        reading.causes.sorted { $0.key < $1.key }.map { code, count in
          Sample(["connector": reading.connector, "topic": reading.topic, "code": code], Double(count))
        }
      }
    }
    registry.samples("cdc_dlq_oldest_seconds", .gauge, help: "Age of the oldest open dead letter's record.") {
      [worker] in
      let now = SystemTime.wallMicroseconds
      return worker.deadLetterMonitor.readings.compactMap { reading in
        reading.oldestSeconds(now: now).map {
          Sample(["connector": reading.connector, "topic": reading.topic], $0)
        }
      }
    }
  }

  private func sources(_ registry: MetricRegistry) {
    family(registry, "cdc_events_total", "Changes durable in Kafka, by operation.", .counter) { name, task, reading in
      Operation.allCases.compactMap { operation in
        operation.letter.map {
          Sample(
            ["connector": name, "task": task, "op": String($0)], Double(reading.events[Int(operation.rawValue)]))
        }
      }
    }
    family(registry, "cdc_bytes_total", "Bytes of records durable in Kafka.", .counter) { name, task, reading in
      [Sample(["connector": name, "task": task], Double(reading.bytes))]
    }
    family(registry, "cdc_source_commits_total", "Kafka transactions committed.", .counter) { name, task, reading in
      [Sample(["connector": name, "task": task], Double(reading.commits))]
    }
    family(
      registry, "cdc_conversion_failures_total", "Values that had no place in their type and became null or its zero.",
      .counter
    ) { name, task, reading in
      [Sample(["connector": name, "task": task], Double(reading.failedConversions))]
    }
    family(registry, "cdc_snapshot_rows_total", "Rows that the snapshot read.", .counter) { name, task, reading in
      reading.progress.snapshotRows.sorted { $0.key < $1.key }.map {
        Sample(["connector": name, "task": task, "table": $0.key], Double($0.value))
      }
    }
  }

  private func positions(_ registry: MetricRegistry) {
    family(registry, "cdc_position", "Places in the log, as numbers, by stage.", .gauge) { name, task, reading in
      [
        ("server", reading.progress.serverHead), ("received", reading.progress.received), ("encoded", reading.encoded),
        ("durable", reading.durable), ("acknowledged", reading.progress.acknowledged),
      ].map { Sample(["connector": name, "task": task, "stage": $0.0], Double($0.1)) }
    }
    family(registry, "cdc_lag_bytes", "Bytes of log between the server's head and Kafka.", .gauge) {
      name, task, reading in
      [Sample(["connector": name, "task": task], Double(reading.lagBytes))]
    }
    family(registry, "cdc_lag_seconds", "Age of the newest change in Kafka while others wait.", .gauge) {
      [Sample(["connector": $0, "task": $1], $2.lagSeconds(now: SystemTime.wallMicroseconds))]
    }
    family(registry, "cdc_slot_retained_bytes", "Log that the server keeps for the slot.", .gauge) {
      name, task, reading in
      [Sample(["connector": name, "task": task], Double(reading.progress.retainedBytes))]
    }
  }

  private func sinks(_ registry: MetricRegistry) {
    sinkFamily(registry, "cdc_sink_rows_total", "Records written to the target.", .counter) { Double($0.rows) }
    sinkFamily(registry, "cdc_sink_batches_total", "Batches written to the target.", .counter) { Double($0.batches) }
    sinkFamily(registry, "cdc_consumer_lag", "Records that wait in the topics.", .gauge) { $0.lag.map { Double($0) } }
  }

  private func perConnector(_ registry: MetricRegistry) {
    registry.samples("cdc_retries_total", .counter, help: "Tries after errors that may pass.") { [worker] in
      worker.all.map { connector in
        Sample(["connector": connector.name], Double(connector.phases.tasks.reduce(0) { $0 + $1.retries }))
      }
    }
    registry.samples("cdc_connector_up", .gauge, help: "1 while a connector runs without an error.") { [worker] in
      worker.all.map { Sample(["connector": $0.name], worker.isRunning($0) ? 1 : 0) }
    }
  }

  private func family(
    _ registry: MetricRegistry, _ name: String, _ help: String, _ kind: MetricRegistry.Kind,
    _ samples: @escaping @Sendable (_ connector: String, _ task: String, SourceMeter.Reading) -> [Sample]
  ) {
    registry.samples(name, kind, help: help) { [worker] in
      worker.all.flatMap { connector in
        connector.figures.sources.enumerated().flatMap { samples(connector.name, "\($0.offset)", $0.element) }
      }
    }
  }

  private func sinkFamily(
    _ registry: MetricRegistry, _ name: String, _ help: String, _ kind: MetricRegistry.Kind,
    _ value: @escaping @Sendable (SinkMeter.Reading) -> Double?
  ) {
    registry.samples(name, kind, help: help) { [worker] in
      worker.all.flatMap { connector in
        connector.figures.sinks.enumerated().compactMap { task, reading in
          value(reading).map { Sample(["connector": connector.name, "task": "\(task)"], $0) }
        }
      }
    }
  }
}
