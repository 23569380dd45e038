internal import Glibc

/// The process's own figures, by the names that Prometheus' client libraries use.
public enum ProcessMetrics {
  /// Adds CPU seconds, memory, threads, open files and the start time to a registry.
  public static func register(in registry: MetricRegistry) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let start = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    registry.callback("process_start_time_seconds", help: "When the process started, seconds since 1970.") { start }
    registry.callback("process_cpu_seconds_total", .counter, help: "CPU time that the process used.") { cpuSeconds() }
    registry.callback("process_resident_memory_bytes", help: "Memory that the process holds.") {
      status("VmRSS:").map { $0 * 1024 }
    }
    registry.callback("process_threads", help: "Threads of the process.") { status("Threads:") }
    registry.callback("process_open_fds", help: "Files and sockets that the process has open.") { openFiles() }
  }

  private static func cpuSeconds() -> Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func openFiles() -> Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Neither "." and "..", nor the folder itself.
    return Double(max(0, count - 3))
  }

  /// A number of /proc/self/status.
  private static func status(_ name: String) -> Double? {
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      return line.dropFirst(name.count).split(whereSeparator: { $0 == "\t" || $0 == " " }).first.flatMap { Double($0) }
    }
    return nil
  }
}
