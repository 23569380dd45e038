internal import Synchronization

/// Takes answers from any thread to the loop's.
final class ServerOutlet: ResponseOutlet {
  private let loop: EventLoop
  private let streamLimit: Int
  private let streams = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let table = Mutex<ConnectionTable?>(nil)

  init(loop: EventLoop, streamLimit: Int) {
    self.loop = loop
    self.streamLimit = streamLimit
  }

  /// The table that answers go to. On the loop's thread, before the first request.
  func serve(_ table: ConnectionTable) {
    self.table.withLock { $0 = table }
    if isStopping { loop.post { table.stop() } }
  }

  /// The loop has ended: nothing can be sent any more. The table refers to this object, so it has to be let go.
  func finish() { table.withLock { $0 = nil } }

  func write(_ exchange: Exchange, _ bytes: [UInt8], reserved: Int, _ part: ResponsePart) -> Bool {
    guard let table = table.withLock({ $0 }) else { return false }
    return loop.post { table.send(exchange, bytes, reserved: reserved, part) }
  }

  func abort(_ exchange: Exchange) {
    guard let table = table.withLock({ $0 }) else { return }
    loop.post { table.abort(exchange) }
  }

  func streamBegins() -> Bool {
    if streams.wrappingAdd(1, ordering: .relaxed).newValue <= streamLimit { return true }
    streamEnded()
    return false
  }

  func streamEnded() { streams.wrappingSubtract(1, ordering: .relaxed) }

  var isStopping: Bool { stopping.load(ordering: .acquiring) }

  /// Ends what can be ended; the loop ends with its last connection.
  func stop() {
    stopping.store(true, ordering: .releasing)
    if let table = table.withLock({ $0 }) { loop.post { table.stop() } }
  }
}
