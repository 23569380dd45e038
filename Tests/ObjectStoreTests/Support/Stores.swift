import ChangeModel
import Foundation
import Testing

@testable import ObjectStore

/// What the tests of stores share.
enum Stores {
  /// Settings for an endpoint with quick retries.
  static func settings(_ endpoint: String, _ bucket: String, key: String = "AKID", secret: String = "SECRET")
    -> S3Settings
  {
    var settings = S3Settings(bucket: bucket)
    settings.endpoint = endpoint
    settings.region = "us-east-1"
    settings.credentials = .keys(id: key, secret: secret)
    settings.retries = S3RetryPolicy(count: 3, first: .milliseconds(1), cap: .milliseconds(5))
    return settings
  }

  /// Bytes that differ from place to place.
  static func content(_ count: Int) -> [UInt8] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }
}

extension ObjectStore {
  /// Stores bytes.
  func put(_ name: String, _ bytes: [UInt8], _ options: ObjectOptions = ObjectOptions()) throws(CDCError) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try put(name, .bytes(UnsafeRawBufferPointer(copy)), options)
  }

  /// Stores text.
  func put(_ name: String, _ text: String, _ options: ObjectOptions = ObjectOptions()) throws(CDCError) {
    try put(name, Array(text.utf8), options)
  }

  /// Stores a file's content, behind which its position stays where it is.
  func put(_ name: String, file bytes: [UInt8], _ options: ObjectOptions = ObjectOptions()) throws {
    let path = NSTemporaryDirectory() + "martinet-object-\(UUID().uuidString)"
    defer { unlink(path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let file = Foundation.open(path, O_RDONLY)
    defer { Foundation.close(file) }
    lseek(file, 3, SEEK_SET)
    try put(name, .file(descriptor: file, count: bytes.count), options)
    #expect(lseek(file, 0, SEEK_CUR) == 3)
  }
}

/// The error that `body` throws.
func failure(_ body: () throws -> Void) -> CDCError? {
  do {
    try body()
    Issue.record("it succeeded")
    return nil
  } catch let error as CDCError {
    return error
  } catch {
    Issue.record("\(error)")
    return nil
  }
}
