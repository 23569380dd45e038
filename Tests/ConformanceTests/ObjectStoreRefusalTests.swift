import Foundation
import JSON
import TestSupport
import Testing

/// Configurations that can't work are refused when they are put, each with its code.
@Suite(.serialized, .needsKafka, .needsPrograms, .needsPython) struct ObjectStoreRefusalTests {
  @Test func aStoreThatCantBeUsedIsRefusedWithItsCode() throws {
    let rig = try SinkRig<ObjectStoreTarget>()
    let worker = try rig.worker()
    let proxy = rig.target.proxy
    let html = "<!DOCTYPE html><html><body>Sign in</body></html>"
    let folder = try TemporaryFolder("lake")
    let cases: [(code: String, keys: JSONObject)] = [
      ("CDC-7002", ["s3.bucket.name": "no-such-bucket"]),
      ("CDC-7004", ["aws.secret.access.key": "wrong"]),
      ("CDC-7004", ["aws.access.key.id": "AKIANOBODY"]),
      ("CDC-7015", ["store.url": .string("file://" + folder.path("missing"))]),
      ("path.format", Self.timed(["path.format": "YYYY/b", "partition.duration.ms": "1000"])),
      ("timezone", Self.timed(["path.format": "YYYY", "partition.duration.ms": "1000", "timezone": "Mars/Base"])),
      ("format.class", ["format.class": "io.confluent.connect.s3.format.parquet.ParquetFormat"]),
    ]
    for (code, keys) in cases {
      let error = #expect(throws: TestSupportError.self) { try rig.create(on: worker, keys) }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.hasPrefix("400") || text.contains("400"), "\(code): \(text)")
      #expect(text.contains(code), "\(code): \(text)")
      #expect(!text.contains("wrong\"") && !text.contains("secret-key"), "no secret is told: \(text)")
    }
    proxy.mode = .answer(
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(html.utf8.count)\r\nConnection: close\r\n\r\n\(html)"
    )
    let error = #expect(throws: TestSupportError.self) { try rig.create(on: worker) }
    #expect(error.map { "\($0)" }?.contains("CDC-7008") == true, "\(String(describing: error))")
    // What is down now may be up when the connector starts.
    proxy.mode = .down
    try rig.create(on: worker)
    proxy.mode = .pass
    try rig.topic.write((0..<20).map { .upsert($0, "v") })
    #expect(try rig.settled(within: 90) == nil, "\(worker.tail)")
  }

  private static func timed(_ keys: JSONObject) -> JSONObject {
    var all = keys
    all["partitioner.class"] = "io.confluent.connect.storage.partitioner.TimeBasedPartitioner"
    return all
  }
}
