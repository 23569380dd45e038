import Foundation
import JSON
import TestSupport

/// The object store sink with a bucket of an S3 server.
final class ObjectStoreTarget: SinkTarget {
  static let poisonCode = "CDC-7100"
  private static let server = Result { try S3Server() }
  private let server: S3Server
  private let bucket: String
  let proxy: FaultyProxy

  init() throws {
    server = try Self.server.get()
    bucket = try server.makeBucket()
    proxy = try FaultyProxy(to: server.port)
  }

  /// Files are small, and closed by the wall clock as well, so that all of a test's records come to be stored.
  var keys: JSONObject {
    [
      "connector.class": "s3", "s3.bucket.name": .string(bucket),
      "store.url": .string("http://127.0.0.1:\(proxy.port)"),
      "aws.access.key.id": "${env:TARGET_KEY}", "aws.secret.access.key": "${env:TARGET_SECRET}",
      "s3.region": "us-east-1", "format.class": "io.confluent.connect.s3.format.json.JsonFormat", "flush.size": "150",
      "rotate.schedule.interval.ms": "1000", "timezone": "UTC", "locale": "en",
      "partitioner.class": "io.confluent.connect.storage.partitioner.HourlyPartitioner",
      "timestamp.extractor": "Record", "behavior.on.null.values": "ignore", "report.null.values.to.dlq": "false",
    ]
  }

  var environment: [String: String] { ["TARGET_KEY": server.accessKey, "TARGET_SECRET": server.secretKey] }

  func mismatch(_ produced: [Produced], topic: String) throws -> String? {
    var counts: [Int: Int] = [:]
    for (name, bytes) in try server.objects(bucket) {
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        guard let serial = try JSONValue(parsing: Array(line)).object?["ts_ms"]?.int else {
          return "\(name) has a line that is no event"
        }
        counts[serial, default: 0] += 1
      }
    }
    let expected = Set(produced.envelopes)
    let twice = counts.filter { $0.value > 1 }.keys.sorted()
    let missing = expected.subtracting(counts.keys).sorted()
    let others = Set(counts.keys).subtracting(expected).sorted()
    guard twice.isEmpty, missing.isEmpty, others.isEmpty else {
      return "\(missing.count) missing \(missing.prefix(5)), \(twice.count) more than once \(twice.prefix(5)), "
        + "\(others.count) that nobody wrote"
    }
    let uploads = try server.uploads(bucket)
    return uploads.isEmpty ? nil : "uploads are left behind: \(uploads)"
  }

  func setFull(_ isFull: Bool) throws {
    guard isFull else {
      proxy.mode = .pass
      return
    }
    let body = "<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its limit</Message></Error>"
    proxy.mode = .answer(
      "HTTP/1.1 507 Insufficient Storage\r\nContent-Type: application/xml\r\nContent-Length: \(body.utf8.count)\r\n"
        + "Connection: close\r\n\r\n\(body)")
  }
}
