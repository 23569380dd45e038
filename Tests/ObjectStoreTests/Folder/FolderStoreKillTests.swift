import ChangeModel
import Foundation
import TestSupport
import Testing

@testable import ObjectStore

/// A writer that is killed, and a disk that is full. The writer is this test program once more, told by its environment
/// to write.
@Suite struct FolderStoreKillTests {
  static let folder = ProcessInfo.processInfo.environment["MARTINET_TEST_FOLDER_WRITER"]
  static let size = 100_000

  /// Not a test: the writer.
  @Test(.enabled(if: folder != nil, "runs in a process of its own"))
  func writesUntilItEnds() throws {
    let store = FolderStore(folder: try #require(Self.folder), bucket: "lake")
    try store.open(prefix: "")
    let content = Stores.content(Self.size)
    for number in 0..<1_000_000 {
      do {
        try store.put("d\(number % 7)/\(number)", content)
      } catch {
        // Says what went wrong to the other process.
        try "\(error.code.name) \(number)".write(
          toFile: try #require(Self.folder) + "/said", atomically: true, encoding: .utf8)
        return
      }
    }
  }

  private func count(_ folder: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
  }

  private func writer(_ folder: TemporaryFolder, limit: String? = nil) throws -> ChildProcess {
    // The same runner, told to run the writer alone.
    let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var arguments = [runner, "--testing-library", "swift-testing", "--filter", "writesUntilItEnds"]
    if let limit { arguments = ["bash", "-c", "trap '' XFSZ; ulimit -f \(limit); exec \"$@\"", "bash"] + arguments }
    return try ChildProcess(arguments, environment: ["MARTINET_TEST_FOLDER_WRITER": folder.path])
  }

  @Test(.enabled(if: folder == nil, "the writer's process"), arguments: 0..<3)
  func aKilledWriterLeavesOnlyWholeObjects(_ round: Int) throws {
    let folder = try TemporaryFolder("store")
    let writer = try writer(folder)
    let wanted = 10 + round * 7
    let isThere = try eventually(within: .seconds(60)) {
      (0..<7).contains { self.count(folder.path("lake/d\($0)")) * 7 > wanted }
    }
    writer.kill()
    writer.wait()
    #expect(isThere, "\(writer.output)")
    let store = FolderStore(folder: folder.path, bucket: "lake")
    try store.open(prefix: "")
    let objects = FolderStoreTests.objects(folder)
    #expect(objects.count > wanted - 7)
    #expect(objects.allSatisfy { !$0.key.contains("uploads") && $0.value == Stores.content(Self.size) })
  }

  /// A limit on the size of files fails as a full disk does.
  @Test(.enabled(if: folder == nil, "the writer's process"))
  func aFullDiskLeavesNothing() throws {
    let folder = try TemporaryFolder("store")
    let writer = try writer(folder, limit: "64")
    #expect(writer.wait() != nil)
    #expect(try folder.read("said") == "CDC-7017 0", "\(writer.output)")
    #expect(FolderStoreTests.objects(folder).isEmpty)
  }
}
