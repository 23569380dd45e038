internal import Flow

/// What the loop and a handler tell each other about one request's answer.
final class Exchange: @unchecked Sendable {
  enum Phase { case waiting, streaming, finished }

  let connection: UInt64
  let isHead: Bool
  let isVersion10: Bool
  let keepsAlive: Bool
  private let backlog: Int
  private let lock = Lock()
  private var phase = Phase.waiting
  private var isGone = false
  private var hasClosedItsSide = false
  private var isStopping = false
  private var posted = 0
  private var waitingOutput = 0

  init(connection: UInt64, isHead: Bool, isVersion10: Bool, keepsAlive: Bool, backlog: Int) {
    self.connection = connection
    self.isHead = isHead
    self.isVersion10 = isVersion10
    self.keepsAlive = keepsAlive
    self.backlog = backlog
  }

  // MARK: Of the handler

  /// Moves on to `next`, if the answer is at `expected` and somebody wants it.
  func advance(from expected: Phase, to next: Phase) -> Bool {
    lock.withLock {
      guard phase == expected else { return false }
      phase = next
      return !isGone
    }
  }

  /// The phase in which the handler let go of the answer, which is finished now.
  func abandon() -> Phase {
    lock.withLock {
      defer { phase = .finished }
      return phase
    }
  }

  /// Waits until the client has taken enough of the stream. False: nobody wants more.
  func reserve(_ count: Int) -> Bool {
    lock.acquire()
    defer { lock.release() }
    while phase == .streaming, !isUnwanted, posted + waitingOutput > backlog { lock.wait(nil) }
    guard phase == .streaming, !isUnwanted else { return false }
    posted += count
    return true
  }

  /// Whether the client is gone or the server stops: a stream should end.
  var wantsNoMore: Bool { lock.withLock { isUnwanted } }

  private var isUnwanted: Bool { isGone || hasClosedItsSide || isStopping || isHead }

  // MARK: Of the loop

  /// `count` posted bytes are in the output buffer, where `output` bytes are now.
  func handedOver(_ count: Int, output: Int) {
    lock.withLock {
      posted -= count
      waitingOutput = output
    }
  }

  /// The output buffer has `output` bytes.
  func drained(to output: Int) { change { waitingOutput = output } }

  /// The connection is closed: no byte can be sent.
  func connectionGone() { change { isGone = true } }

  /// The client sends no more. It may still read an answer, but who leaves a stream does just this.
  func clientClosedItsSide() { change { hasClosedItsSide = true } }

  /// The server stops: streams end.
  func serverStops() { change { isStopping = true } }

  private func change(_ body: () -> Void) {
    lock.withLock {
      body()
      lock.wakeAll()
    }
  }
}
