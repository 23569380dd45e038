import ChangeModel
import Foundation
import ObjectStore

/// A bucket in memory that remembers every put.
final class MemoryStore: ObjectStore {
  struct Put {
    var name: String
    var bytes: [UInt8]
    var options: ObjectOptions
  }

  private(set) var puts: [Put] = []
  /// What the next puts throw, one after the other.
  var failures: [CDCError] = []
  /// Called before each put, with its place.
  var before: (Int) throws(CDCError) -> Void = { _ in }
  private(set) var isOpen = false
  private(set) var cleaned: [String] = []

  var objects: [String: [UInt8]] { Dictionary(puts.map { ($0.name, $0.bytes) }, uniquingKeysWith: { $1 }) }

  func open(prefix: String) throws(CDCError) { isOpen = true }

  func removeUploads(under prefix: String, where isOwn: (String) -> Bool) throws(CDCError) { cleaned.append(prefix) }

  func put(_ name: String, _ body: ObjectBody, _ options: ObjectOptions) throws(CDCError) {
    if !failures.isEmpty { throw failures.removeFirst() }
    try before(puts.count)
    var bytes: [UInt8] = []
    switch body {
    case .bytes(let all): bytes = Array(all)
    case .file(let descriptor, let count):
      bytes = [UInt8](repeating: 0, count: count)
      let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, 0) }
      guard got == count else { throw CDCError(.objectSpool, "short file") }
    }
    puts.append(Put(name: name, bytes: bytes, options: options))
  }

  func close() { isOpen = false }
}
