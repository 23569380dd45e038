internal import Settings

/// The keys of Aiven's S3 sink (S3SinkConfig, S3ConfigFragment, FileNameFragment, OutputFormatFragment), with the same
/// defaults.
enum AivenKeys {
  static let all: [KeyDefinition] = store + roles + files + output + legacy

  private static let compressions = ["none", "gzip", "snappy", "zstd"]

  private static let store: [KeyDefinition] = [
    KeyDefinition("aws.access.key.id", .password, importance: .high, "The access key.", group: "AWS"),
    KeyDefinition("aws.secret.access.key", .password, importance: .high, "The secret key.", group: "AWS"),
    KeyDefinition(
      "aws.credentials.provider", .class, importance: .low, "Where keys come from; default: AWS's own chain.",
      group: "AWS", check: S3Providers.problem),
    KeyDefinition("aws.s3.bucket.name", .string, importance: .high, "The bucket.", group: "AWS"),
    KeyDefinition("aws.s3.region", .string, "The bucket's region.", group: "AWS"),
    KeyDefinition(
      "aws.s3.endpoint", .string, importance: .high,
      "The store's endpoint; `file:///FOLDER`: a folder of this machine, with the bucket as a folder in it.",
      group: "AWS"),
    KeyDefinition("aws.s3.prefix", .string, "What names begin with.", group: "AWS"),
    KeyDefinition(
      "aws.s3.part.size.bytes", .int, default: "5242880", "Objects above this many bytes are sent in parts of it.",
      range: 5_242_880...2_000_000_000, group: "AWS"),
    KeyDefinition("aws.s3.sse.algorithm", .string, "How the store encrypts: AES256 or aws:kms.", group: "AWS"),
    KeyDefinition(
      "aws.s3.backoff.delay.ms", .long, default: "100", "The longest wait before the second try.",
      range: 1...86_400_000, group: "AWS"),
    KeyDefinition(
      "aws.s3.backoff.max.delay.ms", .long, default: "20000", "The longest wait before any try.",
      range: 1...86_400_000, group: "AWS"),
    KeyDefinition(
      "aws.s3.backoff.max.retries", .int, default: "3", "Tries after the first one.", range: 0...30, group: "AWS"),
    KeyDefinition(
      "kafka.retry.backoff.ms", .long, "The wait before a failed write is tried again.", group: "AWS",
      support: .tuning("waits begin at half a second and double up to 30 s")),
  ]

  private static let roles: [KeyDefinition] = [
    KeyDefinition("aws.sts.role.arn", .string, "A role to take.", group: "AWS"),
    KeyDefinition("aws.sts.role.external.id", .string, "The external id that it asks for.", group: "AWS"),
    KeyDefinition("aws.sts.role.session.name", .string, "The session's name.", group: "AWS"),
    KeyDefinition(
      "aws.sts.role.session.duration", .int, default: "3600", "A session's seconds.", range: 900...43_200, group: "AWS"),
    KeyDefinition("aws.sts.config.endpoint", .string, "The token service's endpoint.", group: "AWS"),
  ]

  private static let files: [KeyDefinition] = [
    KeyDefinition(
      "file.name.template", .string, importance: .high,
      "An object's name; default: `{{topic}}-{{partition}}-{{start_offset}}` and the compression's extension.",
      group: "File"),
    KeyDefinition("file.prefix.template", .string, "What names begin with.", group: "File", support: .unsupported),
    KeyDefinition(
      "file.compression.type", .string, "Compression; default: gzip.", validValues: compressions, group: "File"),
    KeyDefinition(
      "file.max.records", .int, default: "0", "Records of a file at most; 0: no limit.", range: 0...Int64(Int32.max),
      group: "File"),
    KeyDefinition(
      "file.name.timestamp.timezone", .string, default: "Z", "The zone of timestamps in names.", group: "File"),
    KeyDefinition(
      "file.name.timestamp.source", .string, default: "wallclock", "Where they come from.",
      validValues: ["wallclock", "event"], group: "File"),
    KeyDefinition("timestamp.timezone", .string, default: "Z", "The zone, with aws.s3.prefix.", group: "File"),
    KeyDefinition(
      "timestamp.source", .string, default: "wallclock", "Where they come from, with aws.s3.prefix.",
      validValues: ["wallclock", "event"], group: "File"),
  ]

  private static let output: [KeyDefinition] = [
    KeyDefinition(
      "format.output.type", .string, default: "csv", importance: .high, "The format.",
      validValues: ["csv", "json", "jsonl", "avro"], unsupportedValues: ["parquet"], group: "Format"),
    KeyDefinition(
      "format.output.fields", .list, "What is written of a record; default: value.",
      validValues: ["key", "value", "offset", "timestamp", "headers"], group: "Format"),
    KeyDefinition(
      "format.output.fields.value.encoding", .string, default: "base64", "How CSV has values.",
      validValues: ["none", "base64"], group: "Format"),
    KeyDefinition(
      "format.output.envelope", .boolean, default: "true", "Whether a single field has a wrapper.", group: "Format"),
    KeyDefinition(
      "avro.codec", .string, default: "null", "Compression of Avro's blocks.",
      validValues: ["null", "deflate", "snappy", "zstandard"], unsupportedValues: ["bzip2", "xz"], group: "Format"),
  ]

  private static let legacy: [KeyDefinition] = [
    KeyDefinition("aws_access_key_id", .password, "Old name of aws.access.key.id.", group: "Old"),
    KeyDefinition("aws_secret_access_key", .password, "Old name of aws.secret.access.key.", group: "Old"),
    KeyDefinition("aws_s3_bucket", .string, "Old name of aws.s3.bucket.name.", group: "Old"),
    KeyDefinition("aws_s3_endpoint", .string, "Old name of aws.s3.endpoint.", group: "Old"),
    KeyDefinition("aws_s3_region", .string, "Old name of aws.s3.region.", group: "Old"),
    KeyDefinition("aws_s3_prefix", .string, "Old name of aws.s3.prefix.", group: "Old"),
    KeyDefinition(
      "output_compression", .string, "Old name of file.compression.type.", validValues: compressions, group: "Old"),
    KeyDefinition(
      "output_fields", .list, "Old name of format.output.fields.",
      validValues: ["key", "value", "offset", "timestamp", "headers"], group: "Old"),
  ]
}
