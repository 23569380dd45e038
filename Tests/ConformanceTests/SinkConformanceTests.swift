import TestSupport
import Testing

/// The sinks that are put through the suite.
enum SinkKind: CaseIterable, CustomTestStringConvertible {
  case warehouse, objectStore

  var suite: any SinkSuite {
    switch self {
    case .warehouse: SinkConformance<WarehouseTarget>()
    case .objectStore: SinkConformance<ObjectStoreTarget>()
    }
  }

  var testDescription: String { "\(self)" }
}

@Suite(.serialized, .needsPostgres, .needsKafka, .needsPrograms, .needsPython) struct SinkConformanceTests {
  @Test(arguments: SinkKind.allCases) func restart(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.restart() }
  }

  @Test(arguments: SinkKind.allCases) func rebalanceBetweenTwoProcesses(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.rebalance() }
  }

  @Test(arguments: SinkKind.allCases) func duplicatesOnTheTopic(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.duplicates() }
  }

  @Test(arguments: SinkKind.allCases) func killsAtNamedPoints(_ kind: SinkKind) throws {
    #expect(throws: Never.self) {
      try kind.suite.kills(at: ["sink.received", "sink.parked", "sink.written", "sink.committed"])
    }
  }

  @Test(arguments: SinkKind.allCases) func targetDownForAWhile(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.targetDown() }
  }

  @Test(arguments: SinkKind.allCases) func targetFull(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.targetFull() }
  }

  @Test(arguments: SinkKind.allCases) func slowTarget(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.slowTarget() }
  }

  @Test(arguments: SinkKind.allCases) func schemaChangeInTheMiddleOfABatch(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.schemaChange() }
  }

  @Test(arguments: SinkKind.allCases) func deletesTombstonesAndTruncates(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.deletes() }
  }

  @Test(arguments: SinkKind.allCases, [[0], [14], [29], [0, 1, 2, 28, 29]])
  func poisonRecords(_ kind: SinkKind, at places: Set<Int>) throws {
    #expect(throws: Never.self) { try kind.suite.poison(at: places) }
  }

  @Test(arguments: SinkKind.allCases) func poisonWithoutTolerance(_ kind: SinkKind) throws {
    #expect(throws: Never.self) { try kind.suite.poisonStops() }
  }
}
