internal import CEvent
internal import CSystem
internal import Flow

/// libevent's loop on a thread of its own. Only that thread touches libevent's objects; others post work to it.
final class EventLoop: @unchecked Sendable {
  private let base: OpaquePointer
  private let wakeDescriptor: Int32
  private let lock = Lock()
  private var posted: [@Sendable () -> Void] = []
  private var isClosed = false
  // Only of the loop's thread.
  private var wakeEvent: OpaquePointer?
  private var timer: OpaquePointer?
  private var tick: (() -> Void)?

  /// Nil: the system has no more descriptors or memory.
  init?() {
    guard let base = event_base_new() else { return nil }
    let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard descriptor >= 0 else {
      event_base_free(base)
      return nil
    }
    self.base = base
    wakeDescriptor = descriptor
  }

  deinit {
    event_base_free(base)
    close(wakeDescriptor)
  }

  /// libevent's handle, for objects made on the loop's thread.
  var handle: OpaquePointer { base }

  /// Runs `work` on the loop's thread. False: the loop has ended.
  @discardableResult func post(_ work: @escaping @Sendable () -> Void) -> Bool {
    let isFirst: Bool
    lock.acquire()
    if isClosed {
      lock.release()
      return false
    }
    isFirst = posted.isEmpty
    posted.append(work)
    lock.release()
    if isFirst {
      var one: UInt64 = 1
      _ = write(wakeDescriptor, &one, 8)
    }
    return true
  }

  /// Runs until `end()`; `tick` is called once a second, `atEnd` at the end. On the thread that becomes the loop's.
  func run(tick: @escaping () -> Void, atEnd: () -> Void) {
    self.tick = tick
    let context = Unmanaged.passUnretained(self).toOpaque()
    wakeEvent = event_new(base, wakeDescriptor, Int16(EV_READ | EV_PERSIST), wakeUp, context)
    event_add(wakeEvent, nil)
    timer = event_new(base, -1, Int16(EV_PERSIST), timeTick, context)
    var second = timeval(tv_sec: 1, tv_usec: 0)
    event_add(timer, &second)
    event_base_loop(base, Int32(EVLOOP_NO_EXIT_ON_EMPTY))
    lock.withLock { isClosed = true }
    runPosted()
    atEnd()
    // libevent frees sockets, which closes them, in a turn of its loop.
    event_base_loop(base, Int32(EVLOOP_NONBLOCK))
    event_free(wakeEvent)
    event_free(timer)
    self.tick = nil
  }

  /// Ends the loop after the callbacks that run now. On the loop's thread.
  func end() { event_base_loopbreak(base) }

  fileprivate func woken() {
    var count: UInt64 = 0
    _ = read(wakeDescriptor, &count, 8)
    runPosted()
  }

  fileprivate func ticked() { tick?() }

  private func runPosted() {
    let work = lock.withLock {
      defer { posted = [] }
      return posted
    }
    for item in work { item() }
  }
}

private func wakeUp(_: Int32, _: Int16, _ context: UnsafeMutableRawPointer?) {
  if let context { Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue().woken() }
}

private func timeTick(_: Int32, _: Int16, _ context: UnsafeMutableRawPointer?) {
  if let context { Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue().ticked() }
}
