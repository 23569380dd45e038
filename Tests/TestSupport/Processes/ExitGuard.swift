internal import Foundation
internal import Glibc

/// Cleans up behind a test process, however that ends: a small shell waits at the end of a pipe and runs the commands
/// that are still registered when the pipe closes, the newest first.
enum ExitGuard {
  private static let state = State()

  /// Registers a shell command that is to run when the test process ends. The result withdraws it.
  static func onExit(_ command: String) -> Int { state.add(command) }

  /// Withdraws a command.
  static func withdraw(_ key: Int) { state.drop(key) }

  private final class State: @unchecked Sendable {
    private let lock = NSLock()
    private var next = 0
    private var pipe: Int32 = -1

    func add(_ command: String) -> Int {
      lock.withLock {
        if pipe < 0 { pipe = Self.startShell() }
        next += 1
        send("add\t\(next)\t\(command.replacing("\n", with: " "))\n")
        return next
      }
    }

    func drop(_ key: Int) { lock.withLock { send("drop\t\(key)\n") } }

    private func send(_ line: String) {
      var bytes = Array(line.utf8)[...]
      while !bytes.isEmpty {
        let written = bytes.withUnsafeBytes { write(pipe, $0.baseAddress, $0.count) }
        if written <= 0 { return }
        bytes = bytes.dropFirst(written)
      }
    }

    private static func startShell() -> Int32 {
      let script = """
        trap '' INT TERM HUP
        declare -a todo
        while IFS=$'\\t' read -r action key command; do
          case $action in add) todo[key]=$command ;; drop) unset "todo[key]" ;; esac
        done
        keys=("${!todo[@]}")
        for ((i = ${#keys[@]} - 1; i >= 0; i--)); do eval "${todo[keys[i]]}" >/dev/null 2>&1; done
        """
      var ends: [Int32] = [-1, -1]
      guard Glibc.pipe(&ends) == 0 else { return -1 }
      _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
      _ = try? Spawn.start(["/bin/bash", "-c", script], environment: nil, directory: "/", input: ends[0], output: nil)
      close(ends[0])
      return ends[1]
    }
  }
}
