internal import ChangeModel
internal import EventEncoding
internal import Flow
internal import JSON
internal import KafkaClient
internal import Pipeline
internal import PostgresClient
internal import PostgresSource
internal import Settings
internal import Telemetry

/// The PostgreSQL source under its two class names.
struct PostgresSourceClass: Sendable {
  /// The class name that users of Debezium have.
  static let className = "io.debezium.connector.postgresql.PostgresConnector"
  private static let shortName = "postgres"

  static let definition = ConfigDefinition(
    ConnectorKeys.source + ConverterKeys.definitions("key.converter") + ConverterKeys.definitions("value.converter")
      + [ConverterKeys.header] + PostgresKeys.all)

  let services: WorkerServices

  var connectorClass: ConnectorClass {
    let offsets = SourceOffsets(
      kafka: services.kafka, topic: services.offsetsTopic, embedded: services.embeddedOffsets)
    return ConnectorClass(
      names: [Self.className, Self.shortName], role: .source,
      problems: { config, login in problems(config, login) },
      validation: { config in
        ValidationAnswer.make(Self.className, Self.definition, config, problems(config, true))
      },
      plan: { name, config throws(CDCError) in try plan(name, config) },
      offsets: { name, _ throws(CDCError) in try offsets.read(name) },
      alterOffsets: { name, _, changes throws(CDCError) in try offsets.alter(name, changes) })
  }

  private func problems(_ config: JSONObject, _ login: Bool) -> [(key: String, message: String)] {
    let parsed = Self.definition.parse(config)
    var problems = parsed.problems.map { (key: $0.key, message: $0.message) }
    problems += SourceStages.read(parsed, folder: services.directory).problems.map { ($0.key, $0.message) }
    guard problems.isEmpty else { return problems }
    do throws(CDCError) {
      let source = try PostgresSourceConfig(parsed)
      _ = try options("", 0, parsed, source)
      if login, let problem = PostgresLogin.problem(source) {
        problems.append(("database.hostname", problem.description))
      }
    } catch {
      problems.append(("connector.class", error.description))
    }
    return problems
  }

  private func plan(_ name: String, _ config: JSONObject) throws(CDCError) -> ConnectorPlan {
    let parsed = Self.definition.parse(config)
    try parsed.requireValid("connector \(name)")
    let source = try PostgresSourceConfig(parsed)
    let retry = RetryPolicy(maxRetries: source.maxRetries, longestWait: source.retryWait)
    let meter = makeMeter(name)
    let notices = Notices()
    let topics = Notices(limit: 100_000)
    let accepted = parsed.notices + SourceStages.read(parsed, folder: services.directory).notices
    let body: TaskRunner.Body = { context throws(CDCError) in
      try run(name, config, meter, notices, topics, context)
    }
    return ConnectorPlan(
      tasks: [body], retry: retry,
      notices: accepted.isEmpty ? [] : ["accepted, without effect here: \(accepted.summary)"],
      figures: {
        let reading = meter.current
        return ConnectorFigures(
          sources: [reading], topics: Set(topics.all), notices: reading.progress.notices + notices.all)
      })
  }

  /// One run of the task. Secrets are resolved anew, so that a changed one is used after a restart.
  private func run(
    _ name: String, _ config: JSONObject, _ meter: SourceMeter, _ notices: Notices, _ topics: Notices,
    _ context: TaskRunner.Context
  ) throws(CDCError) -> TaskRunner.End {
    let parsed = Self.definition.parse(config)
    try parsed.requireValid("connector \(name)")
    let settings = try PostgresSourceConfig(parsed)
    let (options, registrars) = try options(name, 0, parsed, settings)
    let (plan, problems, _) = SourceStages.read(parsed, folder: services.directory)
    if !problems.isEmpty { throw problems.error(in: "connector \(name)") }
    let policy = FailurePolicy(parsed)
    let dead = SourceDeadLetters(
      connector: name, policy: policy,
      meter: FailureMeter(services, connector: name) { notices.add($0) })
    let stages = try SourceStages(
      plan, options, keyRegistrar: registrars.key, valueRegistrar: registrars.value, folder: services.directory,
      clock: { SystemTime.wallNanoseconds },
      refused: { rejections, raw, records, pipeline throws(CDCError) in
        try dead.refuse(rejections, raw, records, pipeline)
      })
    let encoder = stages.encoder
    let violations = ViolationMeter(services.metrics, connector: name)
    let creation = try TopicCreation(parsed)
    let kafka = services.kafka
    let publisher = makePublisher(name, parsed, settings)
    defer { kafka.watch("\(name)-0", nil) }
    let log = services.log.with(["connector.name": name])
    let parts = SourceTask.Parts(
      source: PostgresSource(settings, stop: context.stop),
      encode: { changes, records throws(CDCError) in
        try stages.encode(changes, records)
        if let pipeline = stages.pipeline { violations.count(pipeline.violations) }
        meter.failedConversions(encoder.failedConversions)
        for notice in encoder.notices where !notices.all.contains(notice) {
          notices.add(notice)
          log.warn(notice)
        }
      },
      heartbeat: stages.heartbeat, heartbeatInterval: settings.heartbeatInterval, publisher: publisher,
      prepareTopics: { names throws(CDCError) in
        try creation.make(names.filter { $0 != policy.deadLetterTopic }, in: kafka)
        let putAway = names.filter { $0 == policy.deadLetterTopic }
        if !putAway.isEmpty { try PutAwayTopics(kafka: kafka, policy: policy).make(putAway) }
        for name in names { topics.add(name) }
      })
    let task = SourceTask(name: name, parts: parts, meter: meter, progressed: context.progressed)
    return try task.run(stop: context.stop, keepingState: context.keepsState) == .finished ? .finished : .stopped
  }

  private func options(
    _ name: String, _ task: Int, _ parsed: ParsedConfig, _ source: PostgresSourceConfig
  ) throws(CDCError) -> (EncodingOptions, (key: RegistrySchemas?, value: RegistrySchemas?)) {
    let keepsNulls = parsed.string("connector.class") == Self.shortName
    let key = try ConverterConfig(
      "key.converter", parsed, registryURLs: services.registryURLs, keepsNulls: keepsNulls)
    let value = try ConverterConfig(
      "value.converter", parsed, registryURLs: services.registryURLs, keepsNulls: keepsNulls)
    var options = EncodingOptions(
      topicPrefix: source.server, database: source.connection.database, version: EngineVersion.text, keyConverter: key,
      valueConverter: value)
    options.headerConverter = try HeaderConverter(parsed)
    options.schemaNameAdjustment = NameAdjustment(rawValue: parsed.string("schema.name.adjustment.mode")) ?? .none
    options.fieldNameAdjustment = NameAdjustment(rawValue: parsed.string("field.name.adjustment.mode")) ?? .none
    options.writesTombstones = parsed.bool("tombstones.on.delete")
    options.providesTransactionMetadata = source.tellsTransactions
    options.writesContextHeaders = parsed.bool("extended.headers.enabled")
    options.runID = RunID.next()
    if let text = parsed.optional("column.propagate.source.type"), !text.isEmpty {
      let patterns: PatternList
      do throws(PatternProblem) { patterns = try PatternList(text) } catch {
        throw CDCError(.invalidConfiguration, "column.propagate.source.type: \(error)")
      }
      options.propagatesSourceType = { (try? patterns.matches($0)) ?? false }
    }
    return (options, (try RegistrySchemas.registrar(key), try RegistrySchemas.registrar(value)))
  }

  private func makePublisher(_ name: String, _ parsed: ParsedConfig, _ source: PostgresSourceConfig)
    -> any EventPublisher
  {
    let kafka = services.kafka
    let overrides = JavaClientProperties(parsed.withPrefix("producer.override."), for: .producer).properties
    var settings = PublisherSettings(
      properties: kafka.properties.merging(overrides), connector: name,
      transactionalID: "\(services.groupID)-\(name)-0", offsetsTopic: services.offsetsTopic)
    settings.offsetsReplication = services.offsetsReplication
    settings.sourcePartition = JSONValue.object(["server": .string(source.server)]).text
    settings.embedded = kafka.embedded
    guard let offsets = services.embeddedOffsets else {
      let publisher = KafkaPublisher(settings)
      kafka.watch("\(name)-0", publisher.status)
      return publisher
    }
    return EmbeddedPublisher(connector: name, settings: settings, flow: kafka.flow, offsets: offsets)
  }

  private func makeMeter(_ name: String) -> SourceMeter {
    let histogram = services.metrics.histogram(
      "cdc_end_to_end_seconds", help: "Time from a change's commit in the database to its commit in Kafka.",
      labels: ["connector": name])
    return SourceMeter { latency in
      if let latency { histogram.observe(Double(latency) / 1e6) }
    }
  }
}
