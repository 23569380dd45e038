import ChangeModel
import Testing

@testable import PostgresSource

/// A stream that is sent again from any stored offset gives exactly what was not delivered before.
@Suite struct ResumeTests {
  private typealias B = PgOutputBytes

  /// Random transactions in the order of their commits. Rows of one statement share a place, places of interleaved
  /// transactions go up and down between transactions, as in a log that many sessions write.
  private func stream(_ generator: inout Seeded) -> [(lsn: UInt64, bytes: [UInt8])] {
    let tables = ["a", "b", "hidden"]
    var messages: [(lsn: UInt64, bytes: [UInt8])] = []
    var announced: Set<UInt32> = []
    var commit: UInt64 = 1_000
    for xid in 1...UInt32.random(in: 3...7, using: &generator) {
      commit += 1_000
      // Some began long before the transactions that were committed before them.
      var lsn = commit - UInt64.random(in: 100...3_000, using: &generator) % commit
      messages.append((lsn, B.begin(commit: commit, xid: xid)))
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let id = UInt32.random(in: 1...3, using: &generator)
        if announced.insert(id).inserted {
          messages.append(
            (lsn, B.relation(id, "public", tables[Int(id) - 1], columns: [("id", 23, true), ("v", 25, false)])))
        }
        if Bool.random(using: &generator) { lsn += 10 }
        let value = B.Value.text("\(xid)-\(messages.count)")
        switch Int.random(in: 0...5, using: &generator) {
        case 0: messages.append((lsn, B.update(id, old: ("K", [.text("0"), .null]), [value, value])))
        case 1: messages.append((lsn, B.delete(id, [value, .null])))
        case 2: messages.append((lsn, B.message("p", "\(messages.count)", transactional: true)))
        default: messages.append((lsn, B.insert(id, [value, value])))
        }
      }
      messages.append((commit + 50, B.commit(commit, end: commit + 50)))
      if Bool.random(using: &generator) {
        messages.append((commit + 60, B.message("p", "between", transactional: false)))
      }
    }
    return messages
  }

  /// What the server sends again to one who starts at `position`: whole transactions whose commit record begins there or
  /// later. Tables are announced anew.
  private func sentAgain(
    _ messages: [(lsn: UInt64, bytes: [UInt8])], from position: UInt64
  ) throws -> [(lsn: UInt64, bytes: [UInt8])] {
    var result = messages.filter { $0.bytes[0] == UInt8(ascii: "R") }.map { (lsn: UInt64(0), bytes: $0.bytes) }
    var isSent = false
    for message in messages where message.bytes[0] != UInt8(ascii: "R") {
      let control = try? message.bytes.withUnsafeBytes { (bytes) throws(FramingError) in try ControlMessage(bytes) }
      switch control {
      case .begin(let commitLSN, _, _): isSent = commitLSN >= position
      case .message(false, _, _):
        if message.lsn > position { result.append(message) }
        continue
      default: break
      }
      if isSent { result.append(message) }
    }
    return result
  }

  @Test(arguments: [false, true]) func everyOffsetGivesExactlyTheRest(_ tellsTransactions: Bool) throws {
    var options = ChangeFramer.Options()
    options.tellsTransactions = tellsTransactions
    var cuts = 0
    for seed in 0..<60 {
      var generator = Seeded(state: UInt64(seed))
      let messages = stream(&generator)
      let whole = FramerBench(options, captured: ["a", "b"])
      var stored: [(offset: PostgresOffset, told: Int)] = []
      for message in messages {
        try whole.take([message])
        if Bool.random(using: &generator) || message.lsn % 7 == 0, let offset = whole.endBatch() {
          stored.append((offset, whole.told.count))
        }
      }
      for (offset, count) in stored {
        let read = try PostgresOffset(reading: offset.sourceOffset(server: "s").value)
        let rest = FramerBench(after: read, options, captured: ["a", "b"])
        try rest.take(try sentAgain(messages, from: read.resume.deliveredThrough))
        let isExact = rest.told == Array(whole.told.dropFirst(count))
        #expect(isExact, "seed \(seed), after \(count) changes, at \(offset.json)")
        cuts += 1
      }
    }
    #expect(cuts > 300, "the test cuts often enough")
  }

  @Test func offsetsOfDebeziumLoseNothing() throws {
    let relation = B.relation(1, "public", "a", columns: [("id", 23, true), ("v", 25, false)])
    func row(_ id: Int) -> [UInt8] { B.insert(1, [.text("\(id)"), .null]) }
    let messages: [(lsn: UInt64, bytes: [UInt8])] = [
      (10, B.begin(commit: 100, xid: 1)), (10, relation), (20, row(1)), (108, B.commit(100, end: 108)),
      (15, B.begin(commit: 200, xid: 2)), (15, row(2)), (110, row(3)), (110, row(4)), (120, row(5)),
      (208, B.commit(200, end: 208)),
    ]
    func rest(_ offset: String) throws -> [String] {
      let bench = FramerBench(after: try PostgresOffset(reading: offset))
      try bench.take(messages)
      return bench.told.compactMap { told in
        if case .text(let id)? = told.after?.first { id } else { nil }
      }
    }
    // After the commit of the first.
    #expect(
      try rest(#"{"lsn":108,"lsn_proc":108,"lsn_commit":108,"txId":1,"messageType":"COMMIT","ts_usec":1}"#)
        == ["2", "3", "4", "5"])
    // Within the second: rows at the last place may come again, since it does not say how many of them it had.
    let within = #"{"lsn":110,"lsn_proc":15,"lsn_commit":108,"txId":2,"messageType":"INSERT","ts_usec":1"#
    #expect(try rest(within + "}") == ["3", "4", "5"])
    // Version 3.7 says it.
    #expect(try rest(within + #","lsn_events_processed":1}"#) == ["4", "5"])
    // Within the first, when no commit was seen yet.
    #expect(
      try rest(#"{"lsn":20,"lsn_proc":20,"txId":1,"messageType":"INSERT","ts_usec":1}"#) == ["1", "2", "3", "4", "5"])
    // Behind a snapshot.
    #expect(
      try rest(#"{"lsn":108,"txId":9,"snapshot":"INITIAL","snapshot_completed":true,"ts_usec":1}"#)
        == ["2", "3", "4", "5"])
  }
}
