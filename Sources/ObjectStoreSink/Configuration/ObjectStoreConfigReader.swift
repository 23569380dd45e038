internal import ChangeModel
internal import EventEncoding
internal import Pipeline
internal import Settings

/// Reads a configuration that was parsed by its declarations, with the checks that concern several keys.
struct ObjectStoreConfigReader {
  let kind: ObjectStoreClass
  let parsed: ParsedConfig
  let folder: String
  var problems: [ConfigProblem]

  init(kind: ObjectStoreClass, parsed: ParsedConfig, folder: String) {
    self.folder = folder
    self.kind = kind
    self.parsed = parsed
    problems = parsed.problems
  }

  mutating func read() -> ObjectStoreConfig? {
    checkTopics()
    problems += ErrorKeys.problems(parsed)
    var notices = parsed.notices
    let keyFormat = format("key.converter")
    let valueFormat = format("value.converter")
    let stages = StageKeys.plan(
      of: parsed, isSink: true, keyFormat: keyFormat, valueFormat: valueFormat, folder: folder, problems: &problems,
      notices: &notices)
    var target = TargetReader(parsed: parsed, kind: kind)
    let place = target.read()
    problems += target.problems
    if kind == .aiven { checkAiven(valueFormat) } else { checkConfluent(valueFormat, keyFormat) }
    guard let place else { return nil }
    let fields = AivenOutput.fields(parsed)
    let config = ObjectStoreConfig(
      kind: kind, target: place, topics: parsed.list("topics"), topicsPattern: parsed.optional("topics.regex"),
      tasks: parsed.int("tasks.max"), keyFormat: keyFormat, valueFormat: valueFormat,
      keyConverter: parsed.withPrefix("key.converter."), valueConverter: parsed.withPrefix("value.converter."),
      consumerOverrides: parsed.withPrefix("consumer.override."),
      nullValues: kind == .aiven ? .write : NullValues(rawValue: parsed.string("behavior.on.null.values")) ?? .fail,
      reportsNullValues: kind != .aiven && parsed.bool("report.null.values.to.dlq"),
      maxRetries: parsed.optionalInt("errors.max.retries").flatMap { $0 < 0 ? nil : $0 },
      notices: notices.map { "\($0.key) is accepted: \($0.note)" }, stages: stages, keys: parsed,
      readsKeys: kind == .aiven ? fields.contains("key") : parsed.bool("store.kafka.keys"))
    guard problems.isEmpty else { return config }
    do throws(CDCError) {
      _ = try config.makePartitioner()
      _ = try config.makeRules(flushInterval: 60_000, longestWait: nil)
    } catch {
      let key = error.code == .objectTimeZone ? zoneKey : "path.format"
      problems.append(.invalid(parsed.string(key), key: key, error.message))
    }
    return config
  }

  private var zoneKey: String { kind == .aiven ? "file.name.timestamp.timezone" : "timezone" }

  private mutating func checkTopics() {
    guard parsed.list("topics").isEmpty == (parsed.optional("topics.regex") == nil) else { return }
    let both = parsed.optional("topics.regex") != nil
    problems.append(
      ConfigProblem(
        key: "topics",
        message: both
          ? "topics and topics.regex are both set: only one of them may be"
          : "Must configure one of topics or topics.regex"))
  }

  private mutating func format(_ key: String) -> RecordFormat {
    guard let name = parsed.optional(key) else { return .avro }
    guard let format = RecordFormat(converter: name, schemasEnable: parsed.bool("\(key).schemas.enable")) else {
      problems.append(.invalid(name, key: key, "this converter does not exist or is not supported"))
      return .avro
    }
    return format
  }

  // MARK: - Confluent

  private mutating func checkConfluent(_ values: RecordFormat, _ keys: RecordFormat) {
    checkFormat("format.class", values, "value.converter")
    if parsed.bool("store.kafka.keys") { checkFormat("keys.format.class", keys, "key.converter") }
    if parsed.string("s3.compression.type") == "gzip" {
      var named = ["format.class"]
      if parsed.bool("store.kafka.keys") { named.append("keys.format.class") }
      if parsed.bool("store.kafka.headers") { named.append("headers.format.class") }
      for key in named where parsed.string(key) == ConfluentKeys.avroFormat {
        problems.append(
          .invalid("gzip", key: "s3.compression.type", "not valid for \(key)=\(parsed.string(key)); see avro.codec"))
      }
    }
    if parsed.string("behavior.on.null.values") == "write", !parsed.bool("store.kafka.keys") {
      problems.append(
        ConfigProblem(
          key: "behavior.on.null.values",
          message: "Writing Kafka record keys to storage is mandatory when tombstone writing is enabled."))
    }
    if parsed.string("partitioner.class") == ConfluentKeys.fieldPartitioner, parsed.list("partition.field.name").isEmpty
    {
      problems.append(
        ConfigProblem(key: "partition.field.name", message: "partition.field.name must be given for FieldPartitioner"))
    }
    checkTime()
  }

  private mutating func checkFormat(_ key: String, _ converter: RecordFormat, _ converterKey: String) {
    let name = parsed.string(key)
    if name == ConfluentKeys.byteArrayFormat, converter != .bytes {
      problems.append(
        .invalid(
          name, key: key,
          "ByteArrayFormat needs \(converterKey)=org.apache.kafka.connect.converters.ByteArrayConverter"))
    }
    if name == ConfluentKeys.avroFormat, converter == .jsonWithoutSchema {
      problems.append(
        .invalid(name, key: key, "Avro files need a schema, which \(converterKey) without schemas.enable has not"))
    }
  }

  private mutating func checkTime() {
    let partitioner = parsed.string("partitioner.class")
    let isTimed =
      [ConfluentKeys.timePartitioner, ConfluentKeys.hourlyPartitioner, ConfluentKeys.dailyPartitioner].contains(
        partitioner)
    if parsed.int("rotate.schedule.interval.ms") > 0, parsed.optional("timezone") == nil {
      problems.append(
        .invalid("", key: "timezone", "Timezone cannot be empty when using scheduled file rotation."))
    }
    guard isTimed else { return }
    if parsed.optional("timezone") == nil {
      problems.append(.invalid("", key: "timezone", "Timezone cannot be empty."))
    }
    guard let locale = parsed.optional("locale") else {
      problems.append(.invalid("", key: "locale", "Locale cannot be empty."))
      return
    }
    if partitioner == ConfluentKeys.timePartitioner {
      if parsed.int("partition.duration.ms") <= 0 {
        problems.append(
          .invalid(
            parsed.string("partition.duration.ms"), key: "partition.duration.ms",
            "Partition duration needs to be a positive."))
      }
      let format = parsed.string("path.format")
      do throws(JodaPattern.Problem) {
        guard format.contains(where: { !$0.isWhitespace }), format != parsed.string("directory.delim") else {
          throw JodaPattern.Problem(message: "Path format cannot be empty.")
        }
        let pattern = try JodaPattern(format)
        if pattern.hasNames, !locale.lowercased().hasPrefix("en") {
          problems.append(
            .invalid(
              locale, key: "locale",
              "names of months and days are written in English only; use en, or a pattern without names"))
        }
      } catch {
        problems.append(.invalid(format, key: "path.format", error.message))
      }
    }
  }

  // MARK: - Aiven

  private mutating func checkAiven(_ values: RecordFormat) {
    let fields = AivenOutput.fields(parsed)
    if !parsed.bool("format.output.envelope"), fields.count != 1 {
      problems.append(
        ConfigProblem(
          key: "format.output.envelope",
          message: "When format.output.envelope is false, format.output.fields must contain only one field"))
    }
    if parsed.string("format.output.type") == "csv", fields.contains("value"), values != .bytes {
      problems.append(
        .invalid(
          parsed.string("format.output.type"), key: "format.output.type",
          "csv takes bytes: set value.converter=org.apache.kafka.connect.converters.ByteArrayConverter, or another type"
        ))
    }
    if parsed.string("format.output.type") == "avro", values == .jsonWithoutSchema {
      problems.append(
        .invalid("avro", key: "format.output.type", "Avro files need a schema, which value.converter has not"))
    }
    problems += AivenOutput.templateProblems(parsed)
  }
}
