import ChangeModel
import Testing

@testable import PostgresSource

/// Messages of pgoutput, read from bytes.
@Suite struct MessageTests {
  /// One of each kind.
  static let samples: [[UInt8]] = [
    PgOutputBytes.begin(commit: 0x1_0000_0002, xid: 7, microseconds: 1_700_000_000_000_000),
    PgOutputBytes.commit(5, end: 9), PgOutputBytes.origin("other", lsn: 3), PgOutputBytes.type(9, "mood"),
    PgOutputBytes.relation(
      16384, "public", "tablé", identity: "f", columns: [("id", 23, true), ("a b", 25, false)]),
    PgOutputBytes.insert(1, [.text("1"), .null, .unchanged, .text("")]),
    PgOutputBytes.update(1, [.text("1")]), PgOutputBytes.update(1, old: ("K", [.text("0")]), [.text("1")]),
    PgOutputBytes.update(1, old: ("O", [.text("0")]), [.text("1")]),
    PgOutputBytes.delete(1, [.text("1"), .null]), PgOutputBytes.delete(1, kind: "O", [.text("1"), .text("é")]),
    PgOutputBytes.truncate([1, 2, 3]), PgOutputBytes.message("kyc", "hello", transactional: true),
  ]

  private func control(_ bytes: [UInt8]) throws -> ControlMessage {
    try bytes.withUnsafeBytes { (bytes) throws(FramingError) in try ControlMessage(bytes) }
  }

  private func row(_ bytes: [UInt8]) throws -> RowMessage? {
    try bytes.withUnsafeBytes { (bytes) throws(FramingError) in try RowMessage(bytes) }
  }

  @Test func controlMessagesAreRead() throws {
    #expect(
      try control(Self.samples[0])
        == .begin(commitLSN: 0x1_0000_0002, commitMicroseconds: 1_700_000_000_000_000, xid: 7))
    #expect(
      try control(Self.samples[1]) == .commit(commitLSN: 5, endLSN: 9, commitMicroseconds: 946_684_800_000_000))
    #expect(try control(Self.samples[2]) == .origin(position: 3, name: "other"))
    #expect(try control(Self.samples[3]) == .type)
    let expected = RelationMessage(
      id: 16384, schema: "public", table: "tablé", replicaIdentity: UInt8(ascii: "f"),
      columns: [
        .init(name: "id", typeID: 23, typeModifier: -1, isIdentity: true),
        .init(name: "a b", typeID: 25, typeModifier: -1, isIdentity: false),
      ])
    #expect(try control(Self.samples[4]) == .relation(expected))
    #expect(try control(PgOutputBytes.truncate([1, 2])) == .truncate(relations: [1, 2]))
    guard case .message(true, let prefix, let content) = try control(Self.samples[12]) else {
      Issue.record("not a message")
      return
    }
    #expect(prefix.count == 3 && content.count == 5)
  }

  @Test func rowMessagesAreRead() throws {
    let insert = try #require(try row(Self.samples[5]))
    #expect(insert.kind == .insert && insert.new.columnCount == 4 && insert.new.hasUnchanged && !insert.hasOld)
    let update = try #require(try row(Self.samples[7]))
    #expect(update.kind == .update && update.hasOld && !update.oldIsWhole)
    #expect(try row(Self.samples[8])?.oldIsWhole == true)
    let delete = try #require(try row(Self.samples[9]))
    #expect(delete.kind == .delete && delete.old.columnCount == 2 && delete.new.columnCount == 0)
    #expect(try row(Self.samples[0]) == nil, "not about a row")
  }

  @Test func everyCutMessageIsRefused() {
    for sample in Self.samples {
      for count in 0..<sample.count {
        let cut = Array(sample.prefix(count))
        #expect(throws: FramingError.self) { try self.whole(cut) }
      }
      #expect(throws: FramingError.tooLong) { try self.whole(sample + [0]) }
    }
  }

  @Test func damagedMessagesNeverCrash() {
    var generator = Seeded(state: 42)
    for _ in 0..<20_000 {
      var bytes = Self.samples.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? whole(bytes)
    }
    #expect(throws: FramingError.unknownKind(UInt8(ascii: "Z"))) { try self.whole(Array("Zx".utf8)) }
    #expect(throws: FramingError.unknownKind(UInt8(ascii: "b"))) {
      try self.whole(Array("I".utf8) + [0, 0, 0, 1] + Array("N".utf8) + [0, 1] + Array("b".utf8))
    }
  }

  private func whole(_ bytes: [UInt8]) throws {
    if try row(bytes) == nil { _ = try control(bytes) }
  }
}

/// A generator that gives the same numbers each time.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
