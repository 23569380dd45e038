internal import Settings

/// The keys of Confluent's S3 sink 12.2 (S3SinkConnectorConfig, StorageSinkConnectorConfig, PartitionerConfig), with the
/// same defaults.
enum ConfluentKeys {
  static let all: [KeyDefinition] = store + requests + encryption + formats + rotation + naming + partitioner + rest

  private static let java = "it tunes the Java connector and changes nothing here"
  private static let format = "io.confluent.connect.s3.format."
  private static let partitioners = "io.confluent.connect.storage.partitioner."

  static let avroFormat = format + "avro.AvroFormat"
  static let jsonFormat = format + "json.JsonFormat"
  static let byteArrayFormat = format + "bytearray.ByteArrayFormat"
  private static let parquetFormat = format + "parquet.ParquetFormat"

  static let defaultPartitioner = partitioners + "DefaultPartitioner"
  static let fieldPartitioner = partitioners + "FieldPartitioner"
  static let timePartitioner = partitioners + "TimeBasedPartitioner"
  static let hourlyPartitioner = partitioners + "HourlyPartitioner"
  static let dailyPartitioner = partitioners + "DailyPartitioner"

  private static let store: [KeyDefinition] = [
    KeyDefinition("s3.bucket.name", .string, required: true, importance: .high, "The bucket.", group: "S3"),
    KeyDefinition("s3.region", .string, default: "us-west-2", "The bucket's region.", group: "S3"),
    KeyDefinition(
      "store.url", .string, importance: .high,
      "The store's endpoint; `file:///FOLDER`: a folder of this machine, with the bucket as a folder in it.",
      group: "Storage"),
    KeyDefinition(
      "s3.path.style.access.enabled", .boolean, default: "true", "Whether the bucket stands in the path.", group: "S3"),
    KeyDefinition("aws.access.key.id", .string, default: "", importance: .high, "The access key.", group: "S3"),
    KeyDefinition("aws.secret.access.key", .password, importance: .high, "The secret key.", group: "S3"),
    KeyDefinition(
      "s3.credentials.provider.class", .class, importance: .low, "Where keys come from; default: AWS's own chain.",
      group: "S3", check: S3Providers.problem),
    KeyDefinition("s3.credentials.provider.*", .string, "The keys of that class.", group: "S3"),
    KeyDefinition("sts.role.arn", .string, "A role to take (AwsAssumeRoleCredentialsProvider).", group: "S3"),
    KeyDefinition("sts.role.external.id", .string, "The external id that the role asks for.", group: "S3"),
    KeyDefinition("sts.role.session.name", .string, "The session's name.", group: "S3"),
    KeyDefinition(
      "storage.class", .class, default: "io.confluent.connect.s3.storage.S3Storage", "The store's class.",
      support: .unsupported),
  ]

  private static let requests: [KeyDefinition] = [
    KeyDefinition(
      "s3.part.size", .int, default: "26214400", "Objects above this many bytes are sent in parts of it.",
      range: 5_242_880...2_147_483_647, group: "S3"),
    KeyDefinition("s3.part.retries", .int, default: "3", "Tries after the first one.", range: 0...1000, group: "S3"),
    KeyDefinition(
      "s3.retry.backoff.ms", .long, default: "200", "The longest wait before the second try; it doubles.",
      range: 0...86_400_000, group: "S3"),
    KeyDefinition("s3.wan.mode", .boolean, default: "false", "AWS's transfer acceleration.", group: "S3"),
    KeyDefinition("s3.send.digest", .boolean, default: "false", "Whether an MD5 goes with each object.", group: "S3"),
    KeyDefinition("s3.proxy.url", .string, default: "", "A proxy.", group: "S3"),
    KeyDefinition("s3.proxy.user", .string, "Its user.", group: "S3"),
    KeyDefinition("s3.proxy.password", .password, "Its password.", group: "S3"),
    KeyDefinition(
      "s3.http.send.expect.continue", .boolean, default: "true", "Expect: 100-continue.",
      support: .tuning("libcurl asks for it where a body is large")),
    KeyDefinition(
      "s3.elastic.buffer.enable", .boolean, default: "false", "Buffers that grow.", support: .tuning(java)),
    KeyDefinition(
      "s3.elastic.buffer.init.capacity", .int, default: "131072", "Their first size.", support: .tuning(java)),
    KeyDefinition(
      "enable.conditional.writes", .boolean, default: "true",
      "Whether an object that exists is left as it is (If-None-Match), where given and files are closed by the records "
        + "alone.", group: "S3"),
    KeyDefinition(
      "max.files.scan.limit", .int, default: "100", "How many names are tried.",
      support: .tuning("a replay makes the same names, so that none has to be looked for")),
    KeyDefinition("max.write.duration.ms", .long, "How long a put may take.", support: .tuning(java)),
    KeyDefinition(
      "retry.backoff.ms", .long, default: "5000", "The wait before a failed write is tried again.",
      support: .tuning("waits begin at half a second and double up to 30 s")),
    KeyDefinition("shutdown.timeout.ms", .long, default: "3000", "How long a stop waits.", support: .tuning(java)),
  ]

  private static let encryption: [KeyDefinition] = [
    KeyDefinition(
      "s3.ssea.name", .string, default: "", "How the store encrypts: AES256 or aws:kms.",
      validValues: ["", "AES256", "aws:kms"], group: "S3"),
    KeyDefinition("s3.sse.customer.key", .password, "A key of the customer's own, in base64.", group: "S3"),
    KeyDefinition("s3.sse.kms.key.id", .string, default: "", "The key service's key.", group: "S3"),
    KeyDefinition("s3.acl.canned", .string, "A canned access list.", group: "S3"),
    KeyDefinition(
      "s3.object.tagging", .boolean, default: "false", "Tags each object with startOffset, endOffset, recordCount.",
      group: "S3"),
    KeyDefinition(
      "s3.object.tagging.key.value.pairs", .list, default: "", "More tags, as name:value.", group: "S3"),
    KeyDefinition(
      "s3.object.behavior.on.tagging.error", .string, default: "ignore", "What a refused tag does.",
      validValues: ["ignore", "fail"], group: "S3"),
  ]

  private static let formats: [KeyDefinition] = [
    KeyDefinition(
      "format.class", .class, required: true, importance: .high, "The format of values.",
      validValues: [avroFormat, jsonFormat, byteArrayFormat], unsupportedValues: [parquetFormat], group: "Storage"),
    KeyDefinition("format.bytearray.extension", .string, default: ".bin", "The extension of byte arrays.", group: "S3"),
    KeyDefinition(
      "format.bytearray.separator", .string, "What stands behind each byte array; default: a newline.", group: "S3"),
    KeyDefinition(
      "s3.compression.type", .string, default: "none", "Compression of JSON and byte arrays.",
      validValues: ["none", "gzip"], group: "S3"),
    KeyDefinition(
      "s3.compression.level", .int, default: "-1", "Its level; -1: zlib's own.", range: -1...9, group: "S3"),
    KeyDefinition(
      "json.decimal.format", .string, default: "BASE64", "How JSON has decimals.", validValues: ["BASE64", "NUMERIC"],
      group: "S3"),
    KeyDefinition(
      "avro.codec", .string, default: "null", "Compression of Avro's blocks.",
      validValues: ["null", "deflate", "snappy", "zstandard"], unsupportedValues: ["bzip2"], group: "Storage"),
    KeyDefinition(
      "parquet.codec", .string, default: "snappy", "Compression of Parquet.", group: "Storage", support: .unsupported),
    KeyDefinition("store.kafka.keys", .boolean, default: "false", "Whether keys are stored beside.", group: "S3"),
    KeyDefinition(
      "keys.format.class", .class, default: avroFormat, "Their format.",
      validValues: [avroFormat, jsonFormat, byteArrayFormat], unsupportedValues: [parquetFormat], group: "S3"),
    KeyDefinition("store.kafka.headers", .boolean, default: "false", "Whether headers are stored beside.", group: "S3"),
    KeyDefinition(
      "headers.format.class", .class, default: avroFormat, "Their format.", validValues: [avroFormat, jsonFormat],
      unsupportedValues: [parquetFormat, byteArrayFormat], group: "S3"),
  ]

  private static let rotation: [KeyDefinition] = [
    KeyDefinition(
      "flush.size", .int, required: true, importance: .high, "Records of a partition at which its files are closed.",
      range: 1...Int64(Int32.max), group: "Connector"),
    KeyDefinition(
      "rotate.interval.ms", .long, default: "-1", "Time of records at which files are closed.", group: "Connector"),
    KeyDefinition(
      "rotate.schedule.interval.ms", .long, default: "-1",
      "Wall clock time at which files are closed, counted from midnight in `timezone`.", group: "Connector"),
    KeyDefinition(
      "rotate.file.on.partition.change", .boolean, default: "true",
      "Whether a change of folder closes them, where rotate.interval.ms is given.", group: "S3"),
    KeyDefinition(
      "partitioner.max.open.files", .int, default: "-1", "Open files of a partition at most.", group: "S3",
      check: { Int($0).map { $0 == -1 || $0 > 0 } == false ? "it must be -1 or above 0" : nil }),
    KeyDefinition(
      "schema.compatibility", .string, default: "NONE", "Which schemas a file takes.",
      validValues: ["NONE", "BACKWARD", "FORWARD", "FULL"], group: "Connector"),
    KeyDefinition(
      "behavior.on.null.values", .string, default: "fail", "What tombstones do.",
      validValues: ["ignore", "fail", "write"], group: "S3"),
    KeyDefinition(
      "report.null.values.to.dlq", .boolean, default: "true",
      "Whether ignored tombstones go to the dead letter topic, if there is one.", group: "S3"),
    KeyDefinition(
      "tombstone.encoded.partition", .string, default: "tombstone", "The folder of tombstones.", group: "S3"),
  ]

  private static let naming: [KeyDefinition] = [
    KeyDefinition("topics.dir", .string, default: "topics", importance: .high, "The top folder.", group: "Storage"),
    KeyDefinition("directory.delim", .string, default: "/", "What separates folders.", group: "Storage"),
    KeyDefinition("file.delim", .string, default: "+", "What separates the parts of a name.", group: "Storage"),
    KeyDefinition(
      "filename.offset.zero.pad.width", .int, default: "10", "Digits of an offset at least.", range: 0...32,
      group: "Connector"),
    KeyDefinition(
      "s3.schema.partition.affix.type", .string, default: "NONE", "Whether the schema's name is a folder.",
      validValues: ["NONE", "PREFIX", "SUFFIX"], group: "S3"),
  ]

  private static let partitioner: [KeyDefinition] = [
    KeyDefinition(
      "partitioner.class", .class, default: defaultPartitioner, importance: .high, "How records find their folder.",
      validValues: [defaultPartitioner, fieldPartitioner, timePartitioner, hourlyPartitioner, dailyPartitioner],
      group: "Partitioner"),
    KeyDefinition("partition.field.name", .list, default: "", "The fields of FieldPartitioner.", group: "Partitioner"),
    KeyDefinition(
      "partition.duration.ms", .long, default: "-1", "The time that a folder spans.", group: "Partitioner"),
    KeyDefinition("path.format", .string, default: "", "A folder's name, as Joda-Time has it.", group: "Partitioner"),
    KeyDefinition("locale", .string, default: "", "The language of names of months and days.", group: "Partitioner"),
    KeyDefinition("timezone", .string, default: "", "The time zone of folders.", group: "Partitioner"),
    KeyDefinition(
      "timestamp.extractor", .string, default: "Wallclock", "Where a record's time comes from.",
      validValues: ["Wallclock", "Record", "RecordField"], group: "Partitioner"),
    KeyDefinition(
      "timestamp.field", .string, default: "timestamp", "The field of RecordField.", group: "Partitioner"),
  ]

  private static let rest: [KeyDefinition] = [
    KeyDefinition("schemas.cache.config", .int, default: "1000", "Schemas kept.", support: .tuning(java)),
    KeyDefinition(
      "enhanced.avro.schema.support", .boolean, default: "true", "How enumerations and unions are told.",
      support: .tuning("a file has the schema that its records were written with")),
    KeyDefinition(
      "connect.meta.data", .boolean, default: "true", "Kafka Connect's attributes in schemas.", support: .unsupported),
    KeyDefinition(
      "allow.optional.map.keys", .boolean, default: "false", "How maps are told.", support: .unsupported),
  ]
}
