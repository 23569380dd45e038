internal import Foundation
internal import Glibc

/// Starts a program in a process group of its own, with none of our open files.
enum Spawn {
  /// Starts `arguments[0]` (looked up in PATH). `input` and `output` are descriptors; nil: `/dev/null`.
  static func start(
    _ arguments: [String], environment: [String: String]?, directory: String?, input: Int32?, output: Int32?
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    attach(input, to: 0, O_RDONLY, &actions)
    attach(output, to: 1, O_WRONLY, &actions)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    for descriptor in openDescriptors() { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let variables = environment ?? ProcessInfo.processInfo.environment
    let command = directory.map { ["env", "-C", $0] + arguments } ?? arguments
    var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, command[0], &actions, &attributes, &argv, &envp)
    guard status == 0 else {
      throw TestSupportError("can't start \(arguments[0]): \(String(cString: strerror(status)))")
    }
    return pid
  }

  /// Our open files beyond the standard streams; one that is closed meanwhile does no harm.
  private static func openDescriptors() -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap { Int32($0) }.filter { $0 > 2 }
  }

  private static func attach(
    _ descriptor: Int32?, to target: Int32, _ mode: Int32, _ actions: inout posix_spawn_file_actions_t
  ) {
    if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor, target)
    } else {
      posix_spawn_file_actions_addopen(&actions, target, "/dev/null", mode, 0)
    }
  }
}
