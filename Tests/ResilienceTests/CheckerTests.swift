import Foundation
import TestSupport
import Testing

/// The kill test is only as good as its checker: it has to see each kind of fault.
@Suite struct CheckerTests {
  @Test(
    .needsPython,
    arguments: [
      ("nothing wrong", ""),
      ("a lost value of a moved row", "events[1][3]['after']['note'] = None"),
      ("a lost change", "events.pop(2)"),
      ("a repeated change", "events.insert(3, events[2])"),
      ("two changes in the wrong order", "events[2], events[3] = events[3], events[2]"),
      ("a missing tombstone", "events.pop(6)"),
      ("a lost row in the warehouse", "warehouse.pop(1)"),
      ("an old row in the warehouse", "warehouse[1] = (1, *warehouse[1][1:])"),
      ("a read behind the stream", "events.append(events[0])"),
      ("a lost unchanged value", "warehouse[9] = (*warehouse[9][:3], None)"),
    ])
  func theCheckerSees(_ what: String, _ damage: String) throws {
    let faults = try Python.run(Self.script, [Checkout.path + "/scripts/killtest", damage])
    #expect((faults == "[]") == damage.isEmpty, "\(what): \(faults)")
  }

  /// A row that moved between an interrupted snapshot and its repetition: the read holds it at its new place, the stream
  /// tells of the move again, and nobody of the value at the old place.
  @Test(.needsPython) func aMoveBehindARepeatedSnapshotIsRight() throws {
    let damage = """
      del events[4], events[1]
      events.insert(1, event(9, 'r', 1, 'long'))
      """
    #expect(try Python.run(Self.script, [Checkout.path + "/scripts/killtest", damage]) == "[]")
  }

  /// Key 1: read by the snapshot, then two updates. Key 2: created, updated, moved to 9 with an unchanged value.
  static let script = """
    import sys
    sys.path[:0] = [sys.argv[1]]
    from check import Topic, Verdict, check_order, check_rows, PLACEHOLDER
    def event(key, op, version=None, note="n", **headers):
        after = None if op == "d" else {"version": version, "name": "x", "score": 1, "note": note}
        return [0, 0, {"id": key}, {"op": op, "after": after}, {f"__debezium.{k}": v for k, v in headers.items()}]
    events = [
        event(1, "r", 1), event(2, "c", 1, "long"), event(1, "u", 2), event(1, "u", 3), event(2, "u", 2, PLACEHOLDER),
        event(2, "d", newkey='{"id":9}'), [0, 0, {"id": 2}, None, {}],
        event(9, "c", 1, PLACEHOLDER, oldkey='{"id":2}')]
    source = {1: (3, "x", 1, "n"), 9: (1, "x", 1, "long")}
    warehouse = dict(source)
    exec(sys.argv[2])
    history = {1: [("c", 1), ("u", 2), ("u", 3)], 2: [("c", 1), ("u", 2), ("d", 3)], 9: [("c", 1)]}
    class Events:
        def read(self, topic):
            yield from (tuple(e) for e in events)
    verdict = Verdict()
    topic = Topic(Events(), "t", verdict)
    check_order("t", topic, history, verdict)
    check_rows("t", source, topic, warehouse, verdict)
    print(verdict.faults)
    """
}
