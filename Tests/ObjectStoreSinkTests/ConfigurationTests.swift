import ChangeModel
import ObjectStore
import Testing

@testable import ObjectStoreSink

/// Keys of both products: what is taken, and what is refused by name.
@Suite struct ConfigurationTests {
  private static let aiven = "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector"
  private static let partitioner = "io.confluent.connect.storage.partitioner."

  @Test(
    "bad values are refused with their key",
    arguments: [
      (["flush.size": nil], "flush.size"), (["format.class": nil], "format.class"),
      (["s3.bucket.name": nil], "s3.bucket.name"), (["topics": nil], "topics"),
      (["format.class": "io.confluent.connect.s3.format.parquet.ParquetFormat"], "format.class"),
      (["avro.codec": "bzip2"], "avro.codec"), (["parquet.codec": "gzip"], "parquet.codec"),
      (["schema.compatibility": "SIDEWAYS"], "schema.compatibility"),
      (["s3.compression.type": "gzip"], "s3.compression.type"),
      (["format.class": "io.confluent.connect.s3.format.bytearray.ByteArrayFormat"], "format.class"),
      (["behavior.on.null.values": "write"], "behavior.on.null.values"),
      (["partitioner.class": "com.example.Mine"], "partitioner.class"),
      (["partitioner.class": partitioner + "FieldPartitioner"], "partition.field.name"),
      (["partitioner.class": partitioner + "DailyPartitioner", "locale": "en"], "timezone"),
      (["partitioner.class": partitioner + "DailyPartitioner", "timezone": "UTC"], "locale"),
      (
        ["partitioner.class": partitioner + "DailyPartitioner", "timezone": "Mars/Base", "locale": "en"], "timezone"
      ),
      (
        [
          "partitioner.class": partitioner + "TimeBasedPartitioner", "timezone": "UTC", "locale": "en",
          "partition.duration.ms": "1000", "path.format": "YYYY/b",
        ], "path.format"
      ),
      (
        [
          "partitioner.class": partitioner + "TimeBasedPartitioner", "timezone": "UTC", "locale": "en",
          "path.format": "YYYY",
        ], "partition.duration.ms"
      ),
      (
        [
          "partitioner.class": partitioner + "TimeBasedPartitioner", "timezone": "UTC", "locale": "de",
          "partition.duration.ms": "1000", "path.format": "MMMM",
        ], "locale"
      ),
      (["rotate.schedule.interval.ms": "1000"], "timezone"),
      (["s3.wan.mode": "true", "store.url": nil], "s3.wan.mode"),
      (["aws.access.key.id": "id", "store.url": nil], "aws.secret.access.key"),
      (["s3.credentials.provider.class": "com.example.Keys"], "s3.credentials.provider.class"),
      (["store.url": "file:relative"], "store.url"),
      (["partitioner.max.open.files": "0"], "partitioner.max.open.files"),
      (["storage.class": "com.example.Store"], "storage.class"), (["flush.sise": "3"], "flush.sise"),
      (["transforms": "a", "transforms.a.type": "x"], "transforms.a.type"),
    ] as [([String: String?], String)])
  func refused(keys: [String: String?], key: String) {
    let problems = Bench.problems(keys)
    #expect(problems[key] != nil, "\(problems)")
  }

  @Test(
    arguments: [
      (["aws.s3.bucket.name": nil], "aws.s3.bucket.name"),
      (["file.name.template": "{{key}}"], "file.name.template"), (["file.name.template": "x"], "file.name.template"),
      (["file.name.template": "{{topic}}-{{partition}}-{{start_offset}}-{{timestamp}}"], "file.name.template"),
      (["file.name.template": "{{topic}}-{{partition:padding=no}}-{{start_offset}}"], "file.name.template"),
      (["format.output.type": "parquet"], "format.output.type"), (["format.output.type": "csv"], "format.output.type"),
      (["format.output.envelope": "false", "format.output.fields": "key,value"], "format.output.envelope"),
      (["file.compression.type": "lz4"], "file.compression.type"), (["flush.size": "3"], "flush.size"),
    ] as [([String: String?], String)])
  func refusedByAiven(keys: [String: String?], key: String) {
    let problems = Bench.problems(keys, class: Self.aiven)
    #expect(problems[key] != nil, "\(problems)")
  }

  @Test func problemsSayWhatIsMeant() {
    #expect(Bench.problems(["flush.sise": "3"])["flush.sise"]?.contains("flush.size") == true)
    #expect(
      Bench.problems(["file.name.template": "{{key}}"], class: Self.aiven)["file.name.template"]?.contains("{{key}}")
        == true)
  }

  @Test func theStoresKeysReachItsSettings() throws {
    let config = try Bench.config([
      "store.url": "http://127.0.0.1:9000", "s3.region": "eu-central-1", "aws.access.key.id": "id",
      "aws.secret.access.key": "secret", "s3.part.size": "6000000", "s3.part.retries": "7",
      "s3.retry.backoff.ms": "50", "s3.ssea.name": "aws:kms", "s3.sse.kms.key.id": "k", "s3.acl.canned": "private",
      "s3.object.tagging": "true", "s3.object.tagging.key.value.pairs": "team:data",
      "s3.path.style.access.enabled":
        "false",
    ])
    guard case .bucket(let settings) = config.target else {
      Issue.record("not a bucket")
      return
    }
    #expect(settings.bucket == "lake" && settings.region == "eu-central-1")
    #expect(settings.endpoint == "http://127.0.0.1:9000" && !settings.isPathStyle)
    #expect(
      settings.partSize == 6_000_000 && settings.retries.count == 7 && settings.retries.first == .milliseconds(50))
    #expect(settings.object.encryption == .keyService(keyID: "k") && settings.object.cannedACL == "private")
    #expect(settings.object.tags == [ObjectTag("team", "data")])
    guard case .keys("id", "secret", nil) = settings.credentials else {
      Issue.record("other keys: \(settings.credentials)")
      return
    }
  }

  @Test func aFolderIsAStore() throws {
    guard
      case .folder("/lake dir", "b") = try Bench.config(["store.url": "file:///lake%20dir", "s3.bucket.name": "b"])
        .target
    else {
      Issue.record("not a folder")
      return
    }
  }

  @Test func aivensKeysReachTheStore() throws {
    let config = try Bench.config(
      [
        "aws.s3.endpoint": "http://127.0.0.1:9000", "aws_access_key_id": "id", "aws_secret_access_key": "secret",
        "aws.sts.role.arn": "arn:aws:iam::1:role/x", "aws.sts.role.session.name": "s", "aws.s3.sse.algorithm": "AES256",
        "format.output.type": "jsonl",
      ], class: Self.aiven)
    guard case .bucket(let settings) = config.target,
      case .role(let role, .keys("id", "secret", nil)) = settings.credentials
    else {
      Issue.record("\(config.target)")
      return
    }
    #expect(role.arn == "arn:aws:iam::1:role/x" && role.sessionName == "s")
    #expect(settings.object.encryption == .managed && settings.region == "us-east-1" && settings.isPathStyle)
    #expect(settings.retries.first == .milliseconds(100) && settings.retries.cap == .seconds(20))
  }

  @Test func conditionalWritesAreAskedForOnlyByRecords() throws {
    #expect(try !Bench.config([:]).makeLayout().ifNoneMatch)
    #expect(try Bench.config(["enable.conditional.writes": "true"]).makeLayout().ifNoneMatch)
    let scheduled = ["enable.conditional.writes": "true", "rotate.schedule.interval.ms": "1000", "timezone": "UTC"]
    #expect(try !Bench.config(scheduled).makeLayout().ifNoneMatch)
  }
}
