import ChangeModel
import Foundation
import TestSupport
import Testing

@testable import ObjectStoreSink

/// Memory and the spool behind it.
@Suite struct GatheringTests {
  private func fill(_ bytes: GatheredBytes, _ count: Int, _ byte: UInt8, _ budget: MemoryBudget) throws {
    for _ in 0..<count {
      bytes.buffer.append(byte)
      try budget.note(bytes)
    }
  }

  private func content(_ bytes: GatheredBytes, _ spool: Spool, piece: Int = 7) throws -> [UInt8] {
    var all: [UInt8] = []
    try bytes.forEachPiece(of: spool, upTo: piece) { all += Array($0) }
    return all
  }

  @Test func memoryStaysWithinTheBudgetWhateverIsOpen() throws {
    let folder = try TemporaryFolder()
    let spool = Spool(folder: folder.path + "/new")
    let budget = MemoryBudget(limit: 1 << 20, spool: spool)
    let members = (0..<1000).map { _ in GatheredBytes() }
    for member in members { budget.add(member) }
    var largest = 0
    for round in 0..<20 {
      for (index, member) in members.enumerated() {
        try fill(member, 300, UInt8(truncatingIfNeeded: index &+ round), budget)
        largest = max(largest, budget.bytesInMemory)
      }
    }
    #expect(largest <= 1 << 20)
    #expect(spool.liveBytes > 4 << 20)
    for (index, member) in members.enumerated() {
      let expected = (0..<20).flatMap { Array(repeating: UInt8(truncatingIfNeeded: index &+ $0), count: 300) }
      #expect(try content(member, spool) == expected)
    }
    for member in members { budget.remove(member) }
    #expect(budget.bytesInMemory == 0 && spool.liveBytes == 0)
    // Nothing of it has a name.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new").isEmpty)
  }

  @Test func releasedRoomIsGivenBack() throws {
    let folder = try TemporaryFolder()
    let spool = Spool(folder: folder.path)
    let kept = try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try spool.write($0) }
    let block = [UInt8](repeating: 2, count: 1 << 20)
    for _ in 0..<64 {
      let extent = try block.withUnsafeBytes { try spool.write($0) }
      spool.release(extent)
    }
    #expect(spool.liveBytes == 10)
    var out = [UInt8](repeating: 0, count: 10)
    try out.withUnsafeMutableBytes { bytes in
      if let base = bytes.baseAddress { try spool.read(kept, from: 0, count: 10, into: base) }
    }
    #expect(out == [UInt8](repeating: 1, count: 10))
    #expect(try #require(openBlocks(in: folder.path)) < 1 << 20)
  }

  /// Bytes on the disk of this process's nameless files in a folder.
  private func openBlocks(in folder: String) -> Int? {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      guard target?.hasPrefix(folder + "/objects.") == true, let descriptor = Int32(name) else { continue }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { continue }
      return Int(status.st_blocks) * 512
    }
    return nil
  }

  @Test func aFolderThatCantBeWrittenIsAnErrorOfTheTarget() throws {
    let spool = Spool(folder: "/proc/nowhere")
    let error = #expect(throws: CDCError.self) { try [UInt8(1)].withUnsafeBytes { _ = try spool.write($0) } }
    #expect(error?.code == .objectSpool && error?.code.failureClass == .target)
  }

  @Test(arguments: [1, 3, 10, 1000]) func blocksAreCutOutOfPieces(piece: Int) throws {
    let sizes = [5, 1, 12, 300, 2]
    var cutter = BlockCutter(ContiguousArray(sizes.map { .init(records: $0 + 1, bytes: $0) }))
    let bytes = sizes.enumerated().flatMap { Array(repeating: UInt8($0.offset), count: $0.element) }
    var found: [(Int, [UInt8])] = []
    try bytes.withUnsafeBytes { all in
      var at = 0
      while at < all.count {
        let end = min(at + piece, all.count)
        try cutter.take(UnsafeRawBufferPointer(rebasing: all[at..<end])) { found.append(($0.records, Array($1))) }
        at = end
      }
    }
    #expect(found.map(\.0) == sizes.map { $0 + 1 })
    #expect(found.map(\.1) == sizes.enumerated().map { Array(repeating: UInt8($0.offset), count: $0.element) })
  }
}
