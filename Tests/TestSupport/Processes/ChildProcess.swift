internal import Foundation
internal import Glibc

/// A program that a test runs: in a process group of its own, its output (both streams) in a file. It is killed when it
/// is no longer referenced, and at the latest when the test process ends, however that ends.
public final class ChildProcess: @unchecked Sendable {
  /// Its process id.
  public let pid: Int32
  /// The file with its standard output and standard error.
  public let outputPath: String
  private let ownsOutput: Bool
  private let lock = NSLock()
  private var status: Int32?
  private let guardKey: Int

  /// Starts `arguments[0]` (looked up in PATH).
  ///
  /// - Parameters:
  ///   - environment: variables beside those of the test process.
  ///   - directory: its working directory.
  ///   - input: what it reads on standard input; nil: nothing.
  ///   - output: the file that takes its output, appended; nil: a temporary one.
  public init(
    _ arguments: [String], environment: [String: String] = [:], directory: String? = nil, input: String? = nil,
    output: String? = nil
  ) throws {
    ownsOutput = output == nil
    outputPath = output ?? NSTemporaryDirectory() + "martinet-output-\(UUID().uuidString)"
    let out = open(outputPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard out >= 0 else { throw TestSupportError("can't write \(outputPath)") }
    defer { close(out) }
    var source: Int32?
    if let input {
      // A file that has no name any more holds the input, so that no thread has to feed a pipe.
      let path = NSTemporaryDirectory() + "martinet-input-\(UUID().uuidString)"
      try Data(input.utf8).write(to: URL(fileURLWithPath: path))
      source = open(path, O_RDONLY | O_CLOEXEC)
      unlink(path)
    }
    defer { if let source { close(source) } }
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    do {
      pid = try Spawn.start(arguments, environment: variables, directory: directory, input: source, output: out)
    } catch {
      if ownsOutput { unlink(outputPath) }
      throw error
    }
    let removal = output == nil ? "; rm -f '\(outputPath)'" : ""
    guardKey = ExitGuard.onExit("kill -KILL -- -\(pid)" + removal)
  }

  deinit {
    if isRunning { kill() }
    _ = wait(.seconds(10))
    ExitGuard.withdraw(guardKey)
    if ownsOutput { unlink(outputPath) }
  }

  /// Whether it still runs.
  public var isRunning: Bool { reap() == nil }

  /// Everything that it wrote so far.
  public var output: String {
    String(decoding: FileManager.default.contents(atPath: outputPath) ?? Data(), as: UTF8.self)
  }

  /// Sends a signal to it alone.
  public func signal(_ number: Int32) {
    lock.withLock { if status == nil { _ = Glibc.kill(pid, number) } }
  }

  /// Sends SIGKILL to its whole process group.
  public func kill() {
    lock.withLock { if status == nil { _ = Glibc.kill(-pid, SIGKILL) } }
  }

  /// Waits for its end. The result is the exit status, or 128 and the number of the signal that ended it; nil: it still
  /// runs after `patience`.
  @discardableResult public func wait(_ patience: Duration = .seconds(60)) -> Int32? {
    let deadline = ContinuousClock.now + patience
    while true {
      if let status = reap() { return status }
      if ContinuousClock.now >= deadline { return nil }
      usleep(5000)
    }
  }

  /// SIGTERM, then SIGKILL to the group if it runs on for longer than `patience`. Returns the exit status.
  @discardableResult public func terminate(patience: Duration = .seconds(15)) -> Int32? {
    signal(SIGTERM)
    if let status = wait(patience) { return status }
    kill()
    return wait(.seconds(10))
  }

  private func reap() -> Int32? {
    lock.withLock {
      if let status { return status }
      var raw: Int32 = 0
      guard waitpid(pid, &raw, WNOHANG) == pid else { return nil }
      let signal = raw & 0x7f
      status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
      return status
    }
  }
}
