import Foundation
import TestSupport
import Testing

@Suite struct ProcessTests {
  @Test func aCommandGivesItsStatusAndOutput() throws {
    let result = try Command.run(["sh", "-c", "cat; echo err >&2; exit 3"], input: "in\n")
    #expect(result.status == 3)
    #expect(result.output == "in\nerr\n")
  }

  @Test func aMissingProgramIsAnError() {
    #expect(throws: TestSupportError.self) { try Command.run(["/nonexistent/program"]) }
  }

  @Test func aCommandThatHangsIsAnError() {
    #expect(throws: TestSupportError.self) { try Command.run(["sleep", "60"], patience: .milliseconds(100)) }
  }

  @Test func aChildIsKilledWithItsGroup() throws {
    let folder = try TemporaryFolder()
    let child = try ChildProcess(["sh", "-c", "sleep 600 & echo $! > inner; wait"], directory: folder.path)
    let number = try eventually {
      Int32(try folder.read("inner").trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let inner = try #require(number)
    child.kill()
    #expect(child.wait() == 137)
    #expect(try eventually { !isAlive(inner) })
  }

  @Test func aTerminatedChildSaysHowItEnded() throws {
    let child = try ChildProcess(["sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"])
    try eventually { child.output.contains("ready") }
    #expect(child.isRunning)
    #expect(child.terminate() == 0)
    #expect(!child.isRunning)
  }

  @Test func aTemporaryFolderGoesAway() throws {
    var folder: TemporaryFolder? = try TemporaryFolder()
    let path = try #require(try folder?.write("text", to: "deep/file"))
    #expect(FileManager.default.fileExists(atPath: path))
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func freePortsAreFreeAndDifferent() throws {
    let ports = try (0..<20).map { _ in try FreePort.next() }
    #expect(Set(ports).count == 20)
    #expect(ports.allSatisfy { FreePort.isFree($0) })
  }

  @Test func eventuallyGivesUp() throws {
    var asked = 0
    let held = try eventually(within: .milliseconds(60), every: .milliseconds(10)) {
      asked += 1
      return false
    }
    #expect(!held)
    #expect(asked > 2)
    #expect(throws: TestSupportError.self) {
      try eventually(within: .milliseconds(30)) { throw TestSupportError("never") }
    }
  }

  private func isAlive(_ pid: Int32) -> Bool {
    // A killed process that nobody has waited for yet still has an entry, in state Z.
    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    return !stat.isEmpty && !stat.contains(") Z ")
  }
}
