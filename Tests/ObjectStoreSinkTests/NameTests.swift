import ChangeModel
import JSON
import Testing

@testable import ObjectStoreSink

/// Objects' names, byte for byte as Confluent's and Aiven's sinks make them.
@Suite struct NameTests {
  // 2026-01-05T23:30:00Z
  private static let time: Int64 = 1_767_655_800_000

  private func names(_ keys: [String: String], _ records: [JSONValue], times: [Int64] = [time]) throws -> [String] {
    let bench = try Bench(["flush.size": "\(records.count)"].merging(keys) { $1 })
    let batch = Batch()
    for (index, json) in records.enumerated() {
      batch.add(
        "orders", 3, Int64(42 + index), value: try bench.value(json, Orders.schema), time: times[index % times.count])
    }
    try bench.write(batch)
    return bench.names
  }

  private static let partitioner = "io.confluent.connect.storage.partitioner."

  @Test(
    arguments: [
      ([:], "topics/orders/partition=3/orders+3+0000000042.avro"),
      (["topics.dir": "raw/zone"], "raw/zone/orders/partition=3/orders+3+0000000042.avro"),
      (["topics.dir": ""], "orders/partition=3/orders+3+0000000042.avro"),
      (["directory.delim": "|"], "topics|orders|partition=3|orders+3+0000000042.avro"),
      (["file.delim": "-"], "topics/orders/partition=3/orders-3-0000000042.avro"),
      (["filename.offset.zero.pad.width": "3"], "topics/orders/partition=3/orders+3+042.avro"),
      (["filename.offset.zero.pad.width": "0"], "topics/orders/partition=3/orders+3+42.avro"),
      (
        ["s3.schema.partition.affix.type": "PREFIX"],
        "topics/orders/schema_name=shop.Order/partition=3/orders+3+0000000042.avro"
      ),
      (
        ["s3.schema.partition.affix.type": "SUFFIX"],
        "topics/orders/partition=3/schema_name=shop.Order/orders+3+0000000042.avro"
      ),
      (
        ["format.class": "io.confluent.connect.s3.format.json.JsonFormat"],
        "topics/orders/partition=3/orders+3+0000000042.json"
      ),
      (
        ["format.class": "io.confluent.connect.s3.format.json.JsonFormat", "s3.compression.type": "gzip"],
        "topics/orders/partition=3/orders+3+0000000042.json.gz"
      ),
      (["avro.codec": "snappy"], "topics/orders/partition=3/orders+3+0000000042.avro"),
    ] as [([String: String], String)])
  func confluent(keys: [String: String], name: String) throws {
    #expect(try names(keys, [Orders.json(1)]) == [name])
  }

  @Test(
    arguments: [
      (["partitioner.class": partitioner + "DailyPartitioner", "timezone": "UTC"], "year=2026/month=01/day=05"),
      (
        ["partitioner.class": partitioner + "HourlyPartitioner", "timezone": "Europe/Berlin"],
        "year=2026/month=01/day=06/hour=00"
      ),
      (
        [
          "partitioner.class": partitioner + "TimeBasedPartitioner", "timezone": "America/New_York",
          "path.format": "'d'=YYYY-MM-dd'T'HH:mm/", "partition.duration.ms": "1200000",
        ], "d=2026-01-05T18:20"
      ),
      (
        [
          "partitioner.class": partitioner + "TimeBasedPartitioner", "timezone": "UTC",
          "path.format": "EEEE'_'MMM", "partition.duration.ms": "86400000",
        ], "Monday_Jan"
      ),
    ] as [([String: String], String)])
  func time(keys: [String: String], folder: String) throws {
    let all = keys.merging(["locale": "en-US", "timestamp.extractor": "Record"]) { $1 }
    #expect(try names(all, [Orders.json(1)]) == ["topics/orders/\(folder)/orders+3+0000000042.avro"])
  }

  @Test func fields() throws {
    let keys = ["partitioner.class": Self.partitioner + "FieldPartitioner", "partition.field.name": "region,id"]
    #expect(
      try names(keys, [Orders.json(1, "eu"), Orders.json(2), Orders.json(1, "eu")]) == [
        "topics/orders/region=eu/id=1/orders+3+0000000042.avro",
        "topics/orders/region=null/id=2/orders+3+0000000043.avro",
      ])
  }

  @Test func timesOfFields() throws {
    let keys = [
      "partitioner.class": Self.partitioner + "DailyPartitioner", "timezone": "UTC", "locale": "de",
      "timestamp.extractor": "RecordField", "timestamp.field": "at",
    ]
    #expect(
      try names(keys, [Orders.json(1, at: 0), Orders.json(2, at: Self.time)], times: [1]) == [
        "topics/orders/year=1970/month=01/day=01/orders+3+0000000042.avro",
        "topics/orders/year=2026/month=01/day=05/orders+3+0000000043.avro",
      ])
  }

  @Test(
    arguments: [
      ([:], "orders-3-42.gz"), (["file.compression.type": "none"], "orders-3-42"),
      (["file.compression.type": "zstd"], "orders-3-42.zst"),
      (["output_compression": "none"], "orders-3-42"),
      (["format.output.type": "jsonl", "file.compression.type": "snappy"], "orders-3-42.snappy"),
      (
        ["file.name.template": "a/{{topic}}/{{partition:padding=true}}/{{start_offset:padding=true}}.x"],
        "a/orders/0000000003/00000000000000000042.x"
      ),
      (
        [
          "file.name.template":
            "{{timestamp:unit=yyyy}}/{{ timestamp:unit=MM }}/{{timestamp:unit=dd}}/{{timestamp:unit=HH}}/{{topic}}-{{partition}}-{{start_offset}}",
          "file.name.timestamp.timezone": "Europe/Berlin", "file.name.timestamp.source": "event",
        ], "2026/01/06/00/orders-3-42"
      ),
      (["aws.s3.prefix": "raw/"], "raw/orders-3-00000000000000000042.gz"),
      (
        ["aws_s3_prefix": "{{topic}}/{{timestamp:unit=yyyy}}/", "timestamp.source": "event"],
        "orders/2026/orders-3-00000000000000000042.gz"
      ),
    ] as [([String: String], String)])
  func aiven(keys: [String: String], name: String) throws {
    let converter = ["value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter"]
    let bench = try Bench(
      converter.merging(keys) { $1 }, class: "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector")
    try bench.write(Batch().add("orders", 3, 42, value: Array("x".utf8), time: Self.time))
    bench.now += 59_999
    #expect(try bench.sink.tick() == [:])
    bench.now += 1
    #expect(try bench.sink.tick() == [.orders(3): 43])
    #expect(bench.names == [name])
  }

  @Test func uploadsOfOwnPartitionsAreKnownByTheirName() {
    let naming = ConfluentNaming(topicsFolder: "topics", folderDelimiter: "/", fileDelimiter: "+", width: 10)
    let own = TopicPartition(topic: "a+b", partition: 1)
    #expect(naming.isOwn("topics/a+b/partition=1/a+b+1+0000000005.avro", own))
    #expect(!naming.isOwn("topics/a+b/partition=1/a+b+11+0000000005.avro", own))
    #expect(!naming.isOwn("topics/a/x/a+1+0000000005.avro", own))
    #expect(naming.prefix(topic: "a+b") == "topics/a+b/")
  }

  @Test(arguments: [
    ("{{topic}}-{{partition}}-{{start_offset}}.gz", "orders-3-42.gz", "orders-33-42.gz", "orders-"),
    (
      "a/{{topic}}/{{partition:padding=true}}/{{start_offset}}", "a/orders/0000000003/5", "a/orders/0000000033/5",
      "a/orders/"
    ),
  ])
  func uploadsOfTemplatesAreKnownByTheirName(template: String, own: String, other: String, prefix: String) throws {
    let naming = TemplateNaming(template: try NameTemplate(template))
    #expect(naming.isOwn(own, .orders(3)) && !naming.isOwn(other, .orders(3)))
    #expect(naming.prefix(topic: "orders") == prefix)
  }

  @Test func uploadsWhoseNameTellsNoPartitionFirstAreLeftAlone() throws {
    let naming = TemplateNaming(
      template: try NameTemplate("{{timestamp:unit=yyyy}}/{{topic}}-{{partition}}-{{start_offset}}"))
    #expect(!naming.isOwn("2026/orders-3-42", .orders(3)))
  }

  @Test func aivenStartsANewFileAtTheLimit() throws {
    let bench = try Bench(
      [
        "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter", "file.max.records": "2",
        "file.compression.type": "none",
      ], class: "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector")
    for offset in 5...9 { try bench.write(Batch().add("orders", 0, Int64(offset), value: Array("v".utf8))) }
    #expect(bench.names == ["orders-0-5", "orders-0-7"])
  }
}
