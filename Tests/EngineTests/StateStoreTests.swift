import ChangeModel
import Foundation
import JSON
import Testing

@testable import Engine

@Suite struct StateStoreTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try DurableFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func everythingComesBack() throws {
    try inFolder { folder in
      let store = FileStateStore(directory: folder)
      #expect(try store.load().configs.isEmpty)
      try store.putConfig("a b", ["connector.class": "postgres", "name": "a b"])
      try store.putConfig("gone", ["connector.class": "postgres"])
      try store.putTarget("a b", .stopped)
      try store.putTarget("gone", .paused)
      try store.putConfig("gone", nil)
      try store.putAppliedFile("x.json", digest: "d")
      for _ in 0..<2 {
        let state = try FileStateStore(directory: folder).load()
        #expect(state.configs == ["a b": ["connector.class": "postgres", "name": "a b"]])
        #expect(state.targets == ["a b": .stopped])
        #expect(state.appliedFiles == ["x.json": "d"])
      }
    }
  }

  @Test func aTornLastLineIsDropped() throws {
    try inFolder { folder in
      try FileStateStore(directory: folder).putConfig("a", ["k": "v"])
      try DurableFile.append(Array(#"{"key":"connector-b","val"#.utf8), to: folder + "/connectors.jsonl")
      let state = try FileStateStore(directory: folder).load()
      #expect(state.configs == ["a": ["k": "v"]])
    }
  }

  @Test func aBrokenLineIsAnErrorThatNamesIt() throws {
    try inFolder { folder in
      try DurableFile.append(Array("nonsense\n{}\n".utf8), to: folder + "/connectors.jsonl")
      #expect {
        _ = try FileStateStore(directory: folder).load()
      } throws: { error in
        (error as? CDCError)?.message.contains("connectors.jsonl, line 1") ?? false
      }
    }
  }

  @Test func recordsAreKafkaConnects() throws {
    #expect(StateRecord.value(of: .stopped).text == #"{"state":"PAUSED","state.v2":"STOPPED"}"#)
    var state = StoredState()
    StateRecord.apply(key: "target-state-c", value: ["state": "STARTED"], to: &state)
    StateRecord.apply(key: "connector-c", value: ["properties": ["a": "b"]], to: &state)
    StateRecord.apply(key: "session-key", value: ["x": "y"], to: &state)
    #expect(state.targets == ["c": .running])
    #expect(state.configs == ["c": ["a": "b"]])
    StateRecord.apply(key: "connector-c", value: nil, to: &state)
    #expect(state.configs.isEmpty && state.targets.isEmpty)
  }

  @Test func aFolderThatCannotBeMadeIsAnError() throws {
    #expect(throws: CDCError.self) { try DurableFile.makeFolder("/proc/nothing/here") }
  }
}
