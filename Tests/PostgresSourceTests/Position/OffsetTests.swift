import ChangeModel
import JSON
import Testing

@testable import PostgresSource

/// Stored offsets.
@Suite struct OffsetTests {
  @Test func offsetsSurviveStoring() throws {
    var offset = PostgresOffset()
    offset.lsn = 40_315_760
    offset.processedLSN = 40_315_760
    offset.commitLSN = 40_290_512
    offset.transactionID = 828
    offset.microseconds = 1_795_386_971_049_449
    offset.messageType = "INSERT"
    offset.metadata = .init(
      id: "828", orders: [.init(table: "public.orders", count: 1), .init(table: "public.customers", count: 2)])
    offset.resume = ResumePoint(deliveredThrough: 40_290_512, partial: .counted(commitLSN: 40_315_952, changes: 3))
    let stored = offset.sourceOffset(server: "crm")
    #expect(stored.partition == #"{"server":"crm"}"#)
    #expect(stored.position == 40_290_512)
    #expect(try PostgresOffset(reading: stored.value) == offset)
    offset.snapshot = .running
    #expect(try PostgresOffset(reading: offset.sourceOffset(server: "crm").value).snapshot == .running)
  }

  @Test func debeziumsOwnMembersAreWritten() throws {
    var offset = PostgresOffset()
    offset.lsn = 9
    offset.snapshot = .completed
    let json = offset.json
    #expect(json["snapshot"] == "INITIAL")
    #expect(json["snapshot_completed"] == true)
    #expect(json["last_snapshot_record"] == true)
    #expect(json["lsn"] == 9)
    #expect(json["lsn_commit"] == nil)
    #expect(json.names.filter { $0.hasPrefix("cdc_") } == ["cdc_lsn"])
  }

  @Test func debeziumsOffsetsAreRead() throws {
    let running = try PostgresOffset(
      reading:
        #"{"txId":827,"last_snapshot_record":false,"ts_usec":1,"lsn":5,"snapshot":"INITIAL","snapshot_completed":false}"#
    )
    #expect(running.snapshot == .running)
    #expect(running.resume == ResumePoint(deliveredThrough: 5))
    let heartbeat = try PostgresOffset(
      reading: #"{"lsn_proc":9,"txId":857,"messageType":"COMMIT","lsn_commit":9,"ts_usec":1,"lsn":9}"#)
    #expect(heartbeat.snapshot == .none)
    #expect(heartbeat.resume == ResumePoint(deliveredThrough: 9))
    let old = try PostgresOffset(reading: #"{"lsn":9,"txId":1,"ts_usec":1,"snapshot":true,"snapshot_completed":false}"#)
    #expect(old.snapshot == .running)
  }

  @Test(arguments: ["", "[]", "{", "{}", #"{"lsn":"x"}"#, #"{"lsn":-1}"#, #"{"lsn":1.5}"#, #"{"lsn":1,"cdc_lsn":"y"}"#])
  func whatIsNoOffsetIsAnErrorAndNeverZero(_ text: String) {
    let error = #expect(throws: CDCError.self) { try PostgresOffset(reading: text) }
    #expect(error?.code == .offsetUnreadable)
  }

  @Test func transactionsAreDecidedByTheirCommits() {
    let point = ResumePoint(deliveredThrough: 100, partial: .counted(commitLSN: 150, changes: 2))
    #expect(point.decide(xid: 1, commitLSN: 99) == .skip)
    #expect(point.decide(xid: 2, commitLSN: 150) == .skipFirst(2))
    #expect(point.decide(xid: 3, commitLSN: 100) == .deliver)
    #expect(point.decide(xid: 4, commitLSN: 151) == .deliver)
  }
}
