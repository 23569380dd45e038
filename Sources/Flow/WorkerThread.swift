internal import CSystem

/// A thread of its own for code that blocks or owns a C handle. Blocking calls on Swift's shared pool would stop
/// everything else on a machine with two cores.
public final class WorkerThread: @unchecked Sendable {
  private let lock = Lock()
  private var isDone = false

  private init() {}

  /// Starts a thread that runs `body` and then ends. `name` is what `ps -L` shows (15 characters count).
  @discardableResult public static func start(
    _ name: String, stackBytes: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
  ) -> WorkerThread {
    let worker = WorkerThread()
    let box = Unmanaged.passRetained(
      Job {
        csystem_name_thread(name)
        body()
        worker.finish()
      })
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackBytes)
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, runJob, box.toOpaque())
    pthread_attr_destroy(&attributes)
    if status != 0 {
      // No thread can be had: the machine is out of memory or over its limit. Running here is slower, not wrong.
      box.takeRetainedValue().body()
    }
    return worker
  }

  /// Waits for the thread's end. False: it still ran after `patience`.
  @discardableResult public func join(patience: Duration? = nil) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = patience.map { Lock.deadline(after: $0) }
    while !isDone {
      if !lock.wait(deadline) { return isDone }
    }
    return true
  }

  /// Whether it ended.
  public var hasEnded: Bool { lock.withLock { isDone } }

  private func finish() {
    lock.withLock {
      isDone = true
      lock.wakeAll()
    }
  }
}

private final class Job: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runJob(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
  return nil
}
