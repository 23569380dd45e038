internal import Avro
public import ChangeModel
public import Flow
public import ObjectStore
internal import Settings

extension ObjectStoreConfig {
  /// The store, not opened yet. `environment` is the process's; `stop` ends waits and exchanges that are under way.
  public func makeStore(environment: [String: String], stop: StopFlag = StopFlag()) -> any ObjectStore {
    switch target {
    case .folder(let folder, let bucket): FolderStore(folder: folder, bucket: bucket)
    case .bucket(let settings): S3Store(settings, environment: environment, stop: stop)
    }
  }

  /// Proves that the store can be written to, once and without waiting for one that is down.
  public func checkStore(environment: [String: String]) throws(CDCError) {
    let store: any ObjectStore
    switch target {
    case .folder: store = makeStore(environment: environment)
    case .bucket(var settings):
      settings.retries.count = 0
      settings.connectTimeout = .seconds(3)
      settings.stallTimeout = .seconds(5)
      store = S3Store(settings, environment: environment)
    }
    try store.open(prefix: storePrefix)
    store.close()
  }

  /// What the names of all objects begin with, as far as it is known before there is a record.
  var storePrefix: String {
    if kind == .aiven {
      let text = AivenOutput.prefix(keys) ?? AivenOutput.template(keys)
      guard let template = try? NameTemplate(text), case .text(let prefix)? = template.parts.first else { return "" }
      return prefix
    }
    let folder = keys.string("topics.dir")
    return folder.allSatisfy(\.isWhitespace) ? "" : folder + keys.string("directory.delim")
  }

  func makePartitioner() throws(CDCError) -> any Partitioner {
    guard kind != .aiven else { return try makeTemplatePartitioner() }
    var partitioner = try makeBasePartitioner()
    let affix = keys.string("s3.schema.partition.affix.type").uppercased()
    if affix != "NONE" {
      partitioner = SchemaPartitioner(
        partitioner, isPrefix: affix == "PREFIX", delimiter: keys.string("directory.delim"))
    }
    if nullValues == .write {
      partitioner = TombstonePartitioner(
        partitioner, hasTime: isTimed, folder: keys.string("tombstone.encoded.partition"))
    }
    return partitioner
  }

  private var isTimed: Bool {
    [ConfluentKeys.timePartitioner, ConfluentKeys.hourlyPartitioner, ConfluentKeys.dailyPartitioner].contains(
      keys.string("partitioner.class"))
  }

  private func makeBasePartitioner() throws(CDCError) -> any Partitioner {
    let delimiter = keys.string("directory.delim")
    let folders = ["'year'=YYYY", "'month'=MM", "'day'=dd", "'hour'=HH"]
    switch keys.string("partitioner.class") {
    case ConfluentKeys.fieldPartitioner:
      return FieldPartitioner(fields: keys.list("partition.field.name"), delimiter: delimiter)
    case ConfluentKeys.hourlyPartitioner:
      return try makeTimePartitioner(folders.joined(separator: delimiter), duration: 3_600_000)
    case ConfluentKeys.dailyPartitioner:
      return try makeTimePartitioner(folders.dropLast().joined(separator: delimiter), duration: 86_400_000)
    case ConfluentKeys.timePartitioner:
      var format = keys.string("path.format")
      if !delimiter.isEmpty, format.hasSuffix(delimiter) { format.removeLast(delimiter.count) }
      return try makeTimePartitioner(format, duration: Int64(keys.int("partition.duration.ms")))
    default: return DefaultPartitioner()
    }
  }

  private func makeTimePartitioner(_ format: String, duration: Int64) throws(CDCError) -> TimePartitioner {
    let source: TimeSource =
      switch keys.string("timestamp.extractor").lowercased() {
      case "record": .record
      case "recordfield": .field(keys.string("timestamp.field"))
      default: .wallClock
      }
    return TimePartitioner(
      source: source, duration: duration, pattern: try Self.pattern(format),
      zone: try TimeZoneTable(id: keys.string("timezone")))
  }

  private func makeTemplatePartitioner() throws(CDCError) -> any Partitioner {
    let prefix = AivenOutput.prefix(keys)
    let text = prefix ?? AivenOutput.template(keys)
    let units = (try? NameTemplate(text))?.timeUnits ?? []
    guard !units.isEmpty else { return SinglePartitioner() }
    let start = prefix == nil ? "file.name." : ""
    let isEvent = keys.string("\(start)timestamp.source").lowercased() == "event"
    var patterns: [JodaPattern] = []
    for unit in units { patterns.append(try Self.pattern(unit)) }
    return TemplatePartitioner(
      source: isEvent ? .record : .wallClock, patterns: patterns,
      zone: try TimeZoneTable(id: keys.string("\(start)timestamp.timezone")))
  }

  private static func pattern(_ format: String) throws(CDCError) -> JodaPattern {
    do throws(JodaPattern.Problem) { return try JodaPattern(format) } catch {
      throw CDCError(.invalidConfiguration, "the pattern \(format) can't be used: \(error.message)")
    }
  }

  func makeRules(flushInterval: Int64, longestWait: Int64?) throws(CDCError) -> RotationRules {
    var rules = RotationRules()
    if kind == .aiven {
      let limit = keys.int("file.max.records")
      rules.fileRecords = limit > 0 ? limit : nil
      rules.separatesTombstones = false
      rules.schedule = .afterFirst(interval: min(flushInterval, longestWait ?? .max))
      return rules
    }
    rules.records = keys.int("flush.size")
    let interval = keys.int("rotate.interval.ms")
    rules.interval = interval > 0 ? Int64(interval) : nil
    rules.compatibility = SchemaCompatibility(rawValue: keys.string("schema.compatibility").uppercased()) ?? .none
    rules.onFolderChange = keys.bool("rotate.file.on.partition.change")
    if nullValues == .write { rules.tombstoneFolder = keys.string("tombstone.encoded.partition") }
    let files = keys.int("partitioner.max.open.files")
    rules.openFiles = files > 0 ? files : nil
    let schedule = Int64(keys.int("rotate.schedule.interval.ms"))
    if schedule > 0 {
      rules.schedule = .sinceMidnight(interval: schedule, try TimeZoneTable(id: keys.string("timezone")))
    }
    if let longestWait, schedule <= 0 || schedule > longestWait { rules.schedule = .afterFirst(interval: longestWait) }
    return rules
  }

  func makeLayout() throws(CDCError) -> ObjectLayout {
    if kind == .aiven { return try makeAivenLayout() }
    let naming = ConfluentNaming(
      topicsFolder: keys.string("topics.dir"), folderDelimiter: keys.string("directory.delim"),
      fileDelimiter: keys.string("file.delim"), width: keys.int("filename.offset.zero.pad.width"))
    var layout = ObjectLayout(values: try format(keys.string("format.class")), naming: naming)
    if keys.bool("store.kafka.keys") { layout.keys = try format(keys.string("keys.format.class")) }
    if keys.bool("store.kafka.headers") { layout.headers = try format(keys.string("headers.format.class")) }
    // By the wall clock a replay may close a file elsewhere: then the newer one is the whole one.
    let isByRecords = keys.int("rotate.schedule.interval.ms") <= 0
    layout.ifNoneMatch =
      keys.isSet("enable.conditional.writes") && keys.bool("enable.conditional.writes") && isByRecords
    layout.isTagged = keys.bool("s3.object.tagging")
    return layout
  }

  private func format(_ name: String) throws(CDCError) -> any ObjectFormat {
    let compression: StreamCompression =
      keys.string("s3.compression.type") == "gzip" ? .gzip(level: Int32(keys.int("s3.compression.level"))) : .none
    switch name {
    case ConfluentKeys.jsonFormat:
      return JSONFormat(
        style: JSONStyle(
          decimalsAreNumbers: keys.string("json.decimal.format") == "NUMERIC", nullsBecomeDefaults: kind != .s3),
        compression: compression)
    case ConfluentKeys.byteArrayFormat:
      // White space is significant here, so the value is taken as it was given.
      let separator = keys.withPrefix("format.bytearray.").first { $0.0 == "separator" }?.1 ?? "\n"
      return ByteArrayFormat(
        fileExtension: keys.string("format.bytearray.extension"), separator: separator, compression: compression)
    default: return try AvroFormat(codec: ContainerCodec(rawValue: keys.string("avro.codec")) ?? .null)
    }
  }

  private func makeAivenLayout() throws(CDCError) -> ObjectLayout {
    let compression = AivenOutput.compression(keys)
    let isAvro = keys.string("format.output.type") == "avro"
    let naming: any ObjectNaming
    var suffix = ""
    do throws(NameTemplate.Problem) {
      if let prefix = AivenOutput.prefix(keys) {
        naming = PrefixNaming(template: try NameTemplate(prefix)) {
          let now = CivilTime(local: SystemTime.wallNanoseconds / 1_000_000)
          return [(now.year, 4), (now.month, 2), (now.day, 2)].map { TemplateNaming.number(Int64($0.0), $0.1) }
            .joined(separator: "-")
        }
        suffix = (isAvro ? ".avro" : "") + compression.fileExtension
      } else {
        naming = TemplateNaming(template: try NameTemplate(AivenOutput.template(keys)))
      }
    } catch {
      throw CDCError(.invalidConfiguration, "file.name.template: \(error.message)")
    }
    let output = OutputFields(names: AivenOutput.fields(keys), hasEnvelope: keys.bool("format.output.envelope"))
    let format: any ObjectFormat =
      switch keys.string("format.output.type") {
      case "json": RecordJSONFormat(output, isList: true, fileExtension: suffix, compression: compression)
      case "jsonl": RecordJSONFormat(output, isList: false, fileExtension: suffix, compression: compression)
      case "avro":
        try RecordAvroFormat(
          output, codec: ContainerCodec(rawValue: keys.string("avro.codec")) ?? .null, fileExtension: suffix,
          compression: compression)
      default:
        CSVFormat(
          output, isBase64: keys.string("format.output.fields.value.encoding") != "none", fileExtension: suffix,
          compression: compression)
      }
    return ObjectLayout(values: format, naming: naming)
  }
}
