import Foundation
import Synchronization
import Telemetry
import Testing

/// Keeps the lines of a log.
private final class Lines: Sendable {
  private let stored = Mutex<[String]>([])
  var all: [String] { stored.withLock { $0 } }
  var last: String { all.last ?? "" }
  func add(_ line: [UInt8]) { stored.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
}

@Suite struct LogTests {
  private let lines = Lines()

  private func system(_ format: LogSystem.Format = .json) -> LogSystem {
    LogSystem(format: format, write: { [lines] in lines.add($0) })
  }

  private func object(_ line: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func writesJSONByECSNames() throws {
    let log = Log("cdc.engine", system: system())
    log.warn(
      "a \"quoted\"\nline\u{1B}[31m ü",
      ["connector.name": "crm", "error.code": "CDC-1001", "rows": 5, "ok": true, "seconds": 0.5, "cdc.own": "x"])
    #expect(lines.last.hasSuffix("}\n") && lines.last.filter { $0 == "\n" }.count == 1)
    let line = try object(lines.last)
    #expect(line["log.level"] as? String == "warn")
    #expect(line["log.logger"] as? String == "cdc.engine")
    #expect(line["message"] as? String == "a \"quoted\"\nline\u{1B}[31m ü")
    #expect(line["service.name"] as? String == "cdcd")
    #expect(line["cdc.connector.name"] as? String == "crm")
    #expect(line["error.code"] as? String == "CDC-1001")
    #expect(line["cdc.rows"] as? Int == 5)
    #expect(line["cdc.ok"] as? Bool == true)
    #expect(line["cdc.seconds"] as? Double == 0.5)
    #expect(line["cdc.own"] as? String == "x")
    let time = try #require(line["@timestamp"] as? String)
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    let date = try #require(formatter.date(from: time))
    #expect(abs(date.timeIntervalSinceNow) < 5)
  }

  @Test func writesTextOnOneLine() {
    let log = Log("cdc.engine", system: system(.text)).with(["connector.name": "crm"])
    log.info("started\nnow", ["reason": "two words", "n": 7, "path": "/a"])
    #expect(
      lines.last.contains("Z INFO  cdc.engine: started\\nnow connector.name=crm reason=\"two words\" n=7 path=/a\n"))
    #expect(lines.last.filter { $0 == "\n" }.count == 1)
  }

  @Test func laterFieldsWin() throws {
    let log = Log("a", system: system()).with(["task": 1, "x": "y"]).with(["task": 2])
    log.info("m", ["x": "z"])
    let line = try object(lines.last)
    #expect(line["cdc.task"] as? Int == 2)
    #expect(line["cdc.x"] as? String == "z")
  }

  @Test func aDisabledLineBuildsNothing() {
    let log = Log("a", system: system())
    func costly() -> String {
      Issue.record("the message of a disabled line was built")
      return ""
    }
    log.debug(costly(), ["x": costly()])
    #expect(lines.all.isEmpty)
    #expect(!log.isEnabled(.debug) && log.isEnabled(.info))
  }

  @Test func levelsFollowNamesAtRunTime() {
    let system = system()
    let parent = Log("cdc.source", system: system)
    let child = Log("cdc.source.postgres", system: system)
    let other = Log("cdc.sourcery", system: system)
    #expect(system.level(of: "cdc.source")?.lastModified == nil)
    #expect(system.setLevel(.debug, of: "cdc.source") == ["cdc.source", "cdc.source.postgres"])
    #expect(parent.isEnabled(.debug) && child.isEnabled(.debug) && !other.isEnabled(.debug))
    #expect(Log("cdc.source.later", system: system).isEnabled(.debug))
    system.setLevel(.error, of: "cdc.source.postgres")
    #expect(!child.isEnabled(.warn) && parent.isEnabled(.debug))
    #expect(system.level(of: "cdc.source.postgres")?.level == .error)
    #expect(system.level(of: "cdc.source")?.lastModified ?? 0 > 1_600_000_000_000)
    #expect(system.level(of: "cdc")?.level == .info)
    #expect(system.level(of: "unknown") == nil)
    system.setLevel(.off, of: "root")
    #expect(!child.isEnabled(.error) && !other.isEnabled(.error))
    #expect(system.levels().map(\.name).contains("root"))
  }

  @Test func configuresFormatAndRootLevel() {
    let system = system()
    let log = Log("a", system: system)
    system.configure(level: .trace, format: .text)
    log.trace("x")
    #expect(lines.last.contains(" TRACE a: x"))
  }

  @Test func writesWholeLinesFromManyThreads() throws {
    let pipe = Pipe()
    let system = LogSystem(descriptor: pipe.fileHandleForWriting.fileDescriptor, format: .json)
    let log = Log("t", system: system)
    let reader = Thread.detachedRead(pipe.fileHandleForReading)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for index in 0..<200 {
        log.info("line", ["thread": thread, "index": index, "text": String(repeating: "x", count: 99)])
      }
    }
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: reader(), as: UTF8.self).split(separator: "\n")
    #expect(text.count == 1600)
    for line in text { _ = try object(String(line)) }
  }

  @Test(arguments: ["WARNING", "warn", "Fatal", "off", "TRACE"]) func readsLevelNames(name: String) {
    #expect(LogLevel(name) != nil)
  }

  @Test func refusesOtherLevelNames() { #expect(LogLevel("loud") == nil) }
}

extension Thread {
  /// Reads a file to its end on another thread; the closure waits for it.
  static func detachedRead(_ handle: FileHandle) -> () -> Data {
    let done = DispatchSemaphore(value: 0)
    let box = Box()
    Thread.detachNewThread {
      let all = handle.readDataToEndOfFile()
      box.value.withLock { $0 = all }
      done.signal()
    }
    return {
      done.wait()
      return box.value.withLock { $0 }
    }
  }
}

private final class Box: Sendable {
  let value = Mutex(Data())
}
