internal import CSystem

/// A queue between two threads that is limited in bytes: who puts more than fits waits, and so does the database.
///
/// An element larger than the whole limit is let in when the queue is empty, so that no size can block for ever.
public final class BoundedQueue<Element>: @unchecked Sendable {
  private let lock: Lock
  private let limit: Int
  /// What was put, and was taken since the places were last moved up; a taken element's place is empty.
  private var elements: [(element: Element?, weight: Int)] = []
  private var head = 0
  private var weight = 0
  private var isClosed = false

  /// A queue for `limit` bytes.
  public init(limit: Int) {
    self.limit = limit
    lock = Lock()
  }

  /// Puts an element, waiting for room. False: the queue is closed, nothing was put.
  public func put(_ element: sending Element, weight: Int) -> Bool {
    lock.acquire()
    defer { lock.release() }
    while !hasRoom(for: weight) { lock.wait(nil) }
    guard !isClosed else { return false }
    elements.append((element, weight))
    self.weight += weight
    lock.wakeAll()
    return true
  }

  /// Waits up to `patience` until an element of this weight can be put at once, or the queue is closed. False: neither.
  /// For the only thread that puts, which may have something else to do while it waits.
  public func waitForRoom(weight: Int, patience: Duration) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: patience)
    while !hasRoom(for: weight) {
      if !lock.wait(deadline) { return hasRoom(for: weight) }
    }
    return true
  }

  private func hasRoom(for weight: Int) -> Bool { isClosed || self.weight == 0 || self.weight + weight <= limit }

  /// Takes the oldest element, waiting up to `patience` for one. Nil: none came, or the queue is closed and empty.
  public func take(patience: Duration?) -> Element? {
    lock.acquire()
    defer { lock.release() }
    let deadline = patience.map { Lock.deadline(after: $0) }
    while head == elements.count {
      if isClosed { return nil }
      if !lock.wait(deadline) && head == elements.count { return nil }
    }
    let taken = elements[head]
    // Nothing of it may stay: a queue that never runs empty would keep all that ever went through it.
    elements[head].element = nil
    head += 1
    if head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    weight -= taken.weight
    lock.wakeAll()
    return taken.element
  }

  /// No more is put; what is in the queue can still be taken.
  public func close() {
    lock.acquire()
    isClosed = true
    lock.wakeAll()
    lock.release()
  }

  /// Bytes in the queue.
  public var fill: Int {
    lock.acquire()
    defer { lock.release() }
    return weight
  }

  /// Whether nothing waits in the queue.
  public var isEmpty: Bool { fill == 0 }
}
