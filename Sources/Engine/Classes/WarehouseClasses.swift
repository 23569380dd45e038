internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import KafkaClient
internal import PostgresClient
internal import Settings
internal import Telemetry
internal import WarehouseSink

/// The warehouse sink under its four class names.
struct WarehouseClasses: Sendable {
  let services: WorkerServices

  /// One class per product, each with its own keys and defaults.
  var all: [ConnectorClass] {
    WarehouseClass.allCases.map { kind in
      ConnectorClass(
        names: [kind.rawValue], role: .sink,
        problems: { config, login in problems(config, login) },
        validation: { config in ValidationAnswer.make(kind.rawValue, kind.definition, config, problems(config, true)) },
        plan: { name, config throws(CDCError) in try plan(name, config) },
        offsets: { name, config throws(CDCError) in
          try WarehouseOffsets(services: services).read(name, try parsed(config))
        },
        alterOffsets: { name, config, changes throws(CDCError) in
          let parsed = try parsed(config)
          try WarehouseOffsets(services: services).alter(name, parsed, group(name, parsed).settings.group, changes)
        })
    }
  }

  private func problems(_ config: JSONObject, _ login: Bool) -> [(key: String, message: String)] {
    let (parsed, problems) = WarehouseConfig.parse(config, folder: services.directory)
    guard let parsed, login else { return problems.map { ($0.key, $0.message) } }
    do throws(CDCError) {
      try PostgresConnection(parsed.connection).close()
      return []
    } catch {
      return [("connection.url", error.description)]
    }
  }

  private func parsed(_ config: JSONObject) throws(CDCError) -> WarehouseConfig {
    let (parsed, problems) = WarehouseConfig.parse(config, folder: services.directory)
    guard let parsed else { throw problems.error(in: "the configuration") }
    return parsed
  }

  private func plan(_ name: String, _ config: JSONObject) throws(CDCError) -> ConnectorPlan {
    let parsed = try parsed(config)
    return try SinkPlan(
      group: group(name, parsed), keys: parsed.keys, tasks: parsed.tasks, maxRetries: parsed.maxRetries,
      accepted: parsed.notices,
      makeSink: { notices, _, _ throws(CDCError) in try makeSink(name, parsed, notices) }
    ).plan()
  }

  /// The sink, with the connector's stages before it where it does not do them while it decodes.
  private func makeSink(_ name: String, _ config: WarehouseConfig, _ notices: Notices) throws(CDCError)
    -> any RecordSink
  {
    var context = try sinkContext(name, config, notices)
    let input = SinkInput(
      keyFormat: config.keyFormat, valueFormat: config.valueFormat, keySchemas: context.keySchemas,
      valueSchemas: context.valueSchemas)
    return try services.sink(of: name, input, behind: config.stages) { behind throws(CDCError) in
      var config = config
      config.keyFormat = behind.keyFormat
      config.valueFormat = behind.valueFormat
      context.keySchemas = behind.keySchemas
      context.valueSchemas = behind.valueSchemas
      return WarehouseSink(config, context)
    }
  }

  private func sinkContext(_ name: String, _ config: WarehouseConfig, _ notices: Notices) throws(CDCError)
    -> SinkContext
  {
    let kafka = services.kafka
    let log = services.log.with(["connector.name": name])
    return SinkContext(
      name: name, clusterID: kafka.clusterID ?? "", isEmbeddedBroker: kafka.embedded != nil,
      keySchemas: try services.sinkSchemas(config.keyFormat, config.keyConverter),
      valueSchemas: try services.sinkSchemas(config.valueFormat, config.valueConverter),
      partitionCount: { topic in kafka.partitionCount(of: topic) },
      notice: { sentence in
        log.warn(sentence)
        notices.add(sentence)
      })
  }

  private func group(_ name: String, _ config: WarehouseConfig) -> SinkGroup {
    SinkGroup(
      services: services, connector: name, topics: config.topics, pattern: config.topicsPattern,
      overrides: config.consumerOverrides)
  }
}
