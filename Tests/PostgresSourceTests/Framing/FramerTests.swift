import ChangeModel
import Testing

@testable import PostgresSource

/// What the framer makes of messages.
@Suite struct FramerTests {
  private typealias B = PgOutputBytes
  private let people = B.relation(
    1, "public", "people", columns: [("id", 23, true), ("v", 25, false), ("w", 25, false)])

  private func transaction(
    _ commit: UInt64, _ xid: UInt32 = 5, _ bodies: [[UInt8]]
  ) -> [(lsn: UInt64, bytes: [UInt8])] {
    [(commit - 50, B.begin(commit: commit, xid: xid))]
      + bodies.enumerated().map { (commit - 40 + UInt64($0.offset), $0.element) }
      + [(commit + 8, B.commit(commit, end: commit + 8))]
  }

  @Test func rowsAreCopiedAsTheyStand() throws {
    let bench = FramerBench()
    try bench.take(
      transaction(
        100, 5,
        [
          people, B.insert(1, [.text("1"), .null, .text("é")]), B.update(1, [.text("1"), .unchanged, .text("")]),
          B.delete(1, [.text("1"), .null, .null]),
        ]))
    #expect(
      bench.told == [
        .init(
          operation: .create, table: "people", after: [.text("1"), .null, .text("é")], transaction: "5", total: 1,
          collection: 1),
        .init(
          operation: .update, table: "people", after: [.text("1"), .unchanged, .text("")], transaction: "5", total: 2,
          collection: 2),
        .init(
          operation: .delete, table: "people", before: [.text("1"), .null, .null], image: .key, transaction: "5",
          total: 3, collection: 3),
      ])
    let offset = try #require(bench.endBatch())
    #expect(offset.lsn == 108 && offset.commitLSN == 108 && offset.messageType == "COMMIT")
    #expect(offset.resume == ResumePoint(deliveredThrough: 108))
    #expect(bench.endBatch() == nil, "nothing moved since")
  }

  @Test func changedKeysAreTwoHalvesInOneBatch() throws {
    let bench = FramerBench()
    try bench.take(
      transaction(
        100, 5,
        [people, B.update(1, old: ("K", [.text("1"), .null, .null]), [.text("2"), .unchanged, .text("x")])]))
    #expect(bench.told.map(\.operation) == [.delete, .create])
    #expect(bench.told.map(\.keyChange) == [.oldHalf, .newHalf])
    #expect(bench.told.map(\.total) == [1, 2])
    for half in bench.told {
      #expect(half.before == [.text("1"), .null, .null])
      #expect(half.after == [.text("2"), .unchanged, .text("x")])
    }
  }

  @Test func wholeOldRowsDecideByTheirKeyColumns() throws {
    let full = B.relation(
      2, "public", "full", identity: "f", columns: [("id", 23, true), ("v", 25, true), ("w", 25, true)])
    let bench = FramerBench()
    try bench.take(
      transaction(
        100, 5,
        [
          full, B.update(2, old: ("O", [.text("1"), .text("a"), .text("b")]), [.text("1"), .unchanged, .text("c")]),
          B.update(2, old: ("O", [.text("1"), .text("a"), .null]), [.text("2"), .unchanged, .null]),
        ]))
    #expect(bench.told.map(\.operation) == [.update, .delete, .create])
    #expect(bench.told[0].after == [.text("1"), .text("a"), .text("c")], "unchanged values come from the old row")
    #expect(bench.told[0].image == .full)
    #expect(bench.told[2].after == [.text("2"), .text("a"), .null])
  }

  @Test func leftOutColumnsAndTablesLeaveNoTrace() throws {
    let bench = FramerBench(captured: ["people"], without: ["v"])
    let other = B.relation(3, "public", "other", columns: [("id", 23, true)])
    try bench.take(
      transaction(
        100, 5,
        [people, other, B.insert(3, [.text("9")]), B.insert(1, [.text("1"), .text("secret"), .text("w")])]))
    #expect(bench.told.count == 1)
    #expect(bench.told[0].after == [.text("1"), .text("w")])
    #expect(bench.told[0].total == 1)
  }

  @Test func skippedOperationsAreNotCounted() throws {
    var options = ChangeFramer.Options()
    options.skipped = OperationSet(letters: ["t", "u"])
    let bench = FramerBench(options)
    try bench.take(
      transaction(
        100, 5,
        [
          people, B.truncate([1]), B.update(1, [.text("1"), .null, .null]), B.insert(1, [.text("1"), .null, .null]),
          B.update(1, old: ("K", [.text("1"), .null, .null]), [.text("2"), .null, .null]),
        ]))
    #expect(bench.told.map(\.operation) == [.create, .delete, .create])
    #expect(bench.told.map(\.total) == [1, 2, 3])
  }

  @Test func transactionsAreToldWithTheirTables() throws {
    var options = ChangeFramer.Options()
    options.tellsTransactions = true
    options.skipped = []
    let bench = FramerBench(options)
    let other = B.relation(3, "public", "other", columns: [("id", 23, true)])
    try bench.take(
      transaction(
        100, 5,
        [
          people, other, B.insert(1, [.text("1"), .null, .null]), B.truncate([3, 1]),
          B.message("p", "c", transactional: true),
        ]))
    #expect(bench.told.map(\.operation) == [.begin, .create, .truncate, .truncate, .message, .end])
    #expect(bench.told.map(\.collection) == [0, 1, 1, 2, 1, 0])
    #expect(bench.told[4].before == [.text("p")] && bench.told[4].after == [.text("c")])
    let end = try #require(bench.batch.transactions.last)
    #expect(end.collections.map(\.count) == [2, 1, 1])
    #expect(end.collections.map(\.name).prefix(2) == ["public.people", "public.other"])
  }

  @Test func messagesOutsideOfTransactionsHaveAPlaceOfTheirOwn() throws {
    let bench = FramerBench()
    let message = B.message("p", "c", transactional: false)
    try bench.take([(120, message)])
    #expect(bench.told.count == 1 && bench.told[0].transaction == "")
    #expect(bench.batch.transactions.last?.previousCommit == 120)
    let offset = try #require(bench.endBatch())
    #expect(offset.resume.deliveredThrough == 120)
    let again = FramerBench(after: offset)
    try again.take([(120, message)])
    #expect(again.told.isEmpty, "it was delivered")
  }

  @Test func theCommitBeforeIsTold() throws {
    let bench = FramerBench()
    try bench.take(transaction(100, 5, [people, B.insert(1, [.text("1"), .null, .null])]))
    try bench.take(transaction(200, 6, [B.insert(1, [.text("2"), .null, .null])]))
    #expect(bench.batch.transactions.map(\.previousCommit) == [nil, 108])
  }

  @Test func idlePositionsAdvanceOnlyBetweenTransactions() throws {
    let bench = FramerBench()
    try bench.take([(50, B.begin(commit: 100, xid: 5)), (51, people), (52, B.insert(1, [.text("1"), .null, .null]))])
    #expect(!bench.framer.advance(to: 500, headAtStart: 0), "a transaction is open")
    try bench.take([(108, B.commit(100, end: 108))])
    bench.endBatch()
    #expect(!bench.framer.advance(to: 108, headAtStart: 0), "nothing new")
    #expect(bench.framer.advance(to: 500, headAtStart: 0))
    #expect(bench.endBatch()?.resume.deliveredThrough == 500)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let row = B.insert(1, [.text("1"), .null, .null])
    let cases: [[(lsn: UInt64, bytes: [UInt8])]] = [
      [(1, row)], [(1, B.commit(1, end: 2))], [(1, B.begin(commit: 9, xid: 1)), (2, B.begin(commit: 9, xid: 1))],
      [(1, B.begin(commit: 9, xid: 1)), (2, row)],
      [(1, B.begin(commit: 9, xid: 1)), (2, people), (3, B.insert(1, [.text("1")]))],
      [(1, B.begin(commit: 9, xid: 1)), (2, people), (3, B.delete(1, [.text("1")]))],
    ]
    for messages in cases {
      let error = #expect(throws: CDCError.self) { try FramerBench().take(messages) }
      #expect(error?.code == .streamUnreadable)
    }
  }
}
