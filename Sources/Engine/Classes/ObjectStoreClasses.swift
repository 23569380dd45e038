internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import KafkaClient
internal import ObjectStore
internal import ObjectStoreSink
internal import Settings
internal import Telemetry

/// The object store sink under its class names.
struct ObjectStoreClasses: Sendable {
  let services: WorkerServices

  /// The embedded broker forgets records soon: nothing may wait longer than this many milliseconds for its object.
  private static let embeddedWait: Int64 = 2000

  /// One class per product, each with its own keys and defaults.
  var all: [ConnectorClass] {
    ObjectStoreClass.allCases.map { kind in
      ConnectorClass(
        names: [kind.rawValue], role: .sink,
        problems: { config, login in problems(config, login) },
        validation: { config in ValidationAnswer.make(kind.rawValue, kind.definition, config, problems(config, true)) },
        plan: { name, config throws(CDCError) in try plan(name, config) },
        offsets: { name, config throws(CDCError) in
          try GroupOffsets(services: services, group: group(name, try parsed(config))).read()
        },
        alterOffsets: { name, config, changes throws(CDCError) in
          try GroupOffsets(services: services, group: group(name, try parsed(config))).alter(changes)
        })
    }
  }

  private func problems(_ config: JSONObject, _ login: Bool) -> [(key: String, message: String)] {
    let (parsed, problems) = ObjectStoreConfig.parse(config, folder: services.directory)
    guard let parsed, login else { return problems.map { ($0.key, $0.message) } }
    do throws(CDCError) {
      try parsed.checkStore(environment: ProcessEnvironment.variables)
      return []
    } catch {
      // What is down now may be up when the connector starts.
      guard error.code.failureClass != .target else { return [] }
      return [(parsed.kind == .aiven ? "aws.s3.bucket.name" : "s3.bucket.name", error.description)]
    }
  }

  private func parsed(_ config: JSONObject) throws(CDCError) -> ObjectStoreConfig {
    let (parsed, problems) = ObjectStoreConfig.parse(config, folder: services.directory)
    guard let parsed else { throw problems.error(in: "the configuration") }
    return parsed
  }

  private func plan(_ name: String, _ config: JSONObject) throws(CDCError) -> ConnectorPlan {
    let parsed = try parsed(config)
    return try SinkPlan(
      group: group(name, parsed), keys: parsed.keys, tasks: parsed.tasks, maxRetries: parsed.maxRetries,
      accepted: parsed.notices,
      makeSink: { _, commits, context throws(CDCError) in try makeSink(name, parsed, commits, context) }
    ).plan()
  }

  private func makeSink(
    _ name: String, _ config: ObjectStoreConfig, _ commits: GroupCommits, _ context: TaskRunner.Context
  ) throws(CDCError) -> any RecordSink {
    let input = SinkInput(
      keyFormat: config.keyFormat, valueFormat: config.valueFormat,
      keySchemas: try services.sinkSchemas(config.keyFormat, config.keyConverter),
      valueSchemas: try services.sinkSchemas(config.valueFormat, config.valueConverter))
    return try services.sink(of: name, input, behind: config.stages) { input throws(CDCError) in
      try ObjectStoreSink(config, sinkContext(name, config, input, commits, context))
    }
  }

  private func sinkContext(
    _ name: String, _ config: ObjectStoreConfig, _ input: SinkInput, _ commits: GroupCommits,
    _ task: TaskRunner.Context
  ) -> ObjectSinkContext {
    var context = ObjectSinkContext(
      name: name, keyFormat: input.keyFormat, valueFormat: input.valueFormat, keySchemas: input.keySchemas,
      valueSchemas: input.valueSchemas,
      spoolFolder: services.stateDirectory + "/objects",
      store: config.makeStore(environment: ProcessEnvironment.variables, stop: task.stop))
    context.flushInterval = services.flushInterval
    if services.kafka.embedded != nil { context.longestWait = Self.embeddedWait }
    context.commit = { offsets throws(CDCError) in try commits.commit(offsets) }
    return context
  }

  private func group(_ name: String, _ config: ObjectStoreConfig) -> SinkGroup {
    SinkGroup(
      services: services, connector: name, topics: config.topics, pattern: config.topicsPattern,
      overrides: config.consumerOverrides)
  }
}
