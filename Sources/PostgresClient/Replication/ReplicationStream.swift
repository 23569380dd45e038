internal import CLibPQ
public import ChangeModel
internal import Flow
internal import Glibc

extension PostgresConnection {
  /// Starts streaming a logical slot from `position` (or from what the slot has confirmed, if that is later). The
  /// connection must be one for replication; it does nothing else from here on.
  ///
  /// `options` are the plug-in's, values unquoted. Throws like `query`.
  public func startReplication(
    slot: String, from position: LSN, options: [(name: String, value: String)]
  ) throws(CDCError) -> ReplicationStream {
    try checkUse()
    let list = options.map { "\(SQLText.identifier($0.name)) \(SQLText.literal($0.value))" }.joined(separator: ", ")
    let command =
      "START_REPLICATION SLOT \(SQLText.identifier(slot)) LOGICAL \(position)" + (list.isEmpty ? "" : " (\(list))")
    guard let result = PQexec(handle, command) else { throw brokenConnection() }
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COPY_BOTH else { throw failure(of: result) }
    guard PQsetnonblocking(handle, 1) == 0 else { throw brokenConnection() }
    return ReplicationStream(self)
  }
}

/// A walsender's stream, drained without waiting: `next` until nil, then `nap` while a backlog flows, then `wait`.
/// It answers keep-alives itself, always with what was confirmed, never with what was only received
/// (https://www.postgresql.org/docs/15/protocol-replication.html). It keeps its connection alive.
public final class ReplicationStream {
  /// A change message: the plug-in's bytes, valid until the next call of `next`.
  public struct Message {
    /// Where the change stands in the log.
    public let position: LSN
    /// The plug-in's message.
    public let bytes: UnsafeRawBufferPointer
  }

  /// How far the server has sent, by its last keep-alive or message.
  public private(set) var serverEnd = LSN.zero
  /// The newest keep-alive's position if no change message came behind it: everything before it was received.
  public private(set) var quietEnd: LSN?
  /// What the server was last told that it may forget.
  public private(set) var confirmed = LSN.zero
  /// Bytes received.
  public private(set) var receivedBytes = 0

  private let connection: PostgresConnection
  private let handle: OpaquePointer
  private var message: UnsafeMutablePointer<CChar>?
  private var statusDue = false
  private var lastStatus: Int64 = 0
  private let hidesBytes: Bool

  init(_ connection: PostgresConnection) {
    self.connection = connection
    handle = connection.handle
    hidesBytes = PQsslInUse(connection.handle) == 1
    lastStatus = SystemTime.monotonicNanoseconds
  }

  deinit { if let message { PQfreemem(message) } }

  /// The next change message; nil: nothing waits now. Throws when the stream ended or broke, or at a message that the
  /// protocol does not know.
  public func next() throws(CDCError) -> Message? {
    // OpenSSL may hold bytes that poll doesn't know of: up to a record (16 kB), of which libpq takes 8 kB at a time.
    var hiddenReads = hidesBytes ? 3 : 0
    while true {
      if let message { PQfreemem(message) }
      message = nil
      let count = PQgetCopyData(handle, &message, 1)
      if count > 0 {
        if let change = try read(UnsafeRawBufferPointer(start: message, count: Int(count))) { return change }
      } else if count == 0 {
        // libpq's buffer is empty; the kernel's may not be. POLLHUP and errors are told by PQconsumeInput.
        if !isReadable(0) {
          guard hiddenReads > 0 else { return nil }
          hiddenReads -= 1
        }
        guard PQconsumeInput(handle) == 1 else { throw connection.brokenConnection() }
      } else {
        throw ended(count)
      }
    }
  }

  /// Lets bytes gather for about 200 µs. A wake-up per message would cost three times the CPU; longer naps cost
  /// throughput, because libpq reads only a little at a time.
  public func nap() { usleep(200) }

  /// Waits until bytes come, for `patience` at most.
  public func wait(_ patience: Duration) {
    let (seconds, attoseconds) = patience.components
    _ = isReadable(Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
  }

  /// Tells the server now that it may forget everything before `position`; never goes back.
  public func confirm(_ position: LSN) throws(CDCError) {
    if position > confirmed { confirmed = position }
    try sendStatus()
  }

  /// Sends the status that is due: at once where the server asked for it, else when `interval` passed since the last.
  public func sendDueStatus(interval: Duration) throws(CDCError) {
    let (seconds, attoseconds) = interval.components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    if statusDue || SystemTime.monotonicNanoseconds - lastStatus >= nanoseconds { return try sendStatus() }
    if PQflush(handle) < 0 { throw connection.brokenConnection() }
  }

  /// Sets where confirming starts, without telling the server.
  public func resume(confirmed position: LSN) { confirmed = max(confirmed, position) }

  /// Ends the stream in order: a last status, then the end of the copy. Errors don't matter any more.
  public func finish() {
    try? sendStatus()
    _ = PQputCopyEnd(handle, nil)
    _ = PQflush(handle)
  }

  // MARK: -

  /// Reads a message's frame. Nil: it was a keep-alive.
  @inline(__always)
  private func read(_ frame: UnsafeRawBufferPointer) throws(CDCError) -> Message? {
    receivedBytes &+= frame.count
    switch frame[0] {
    case UInt8(ascii: "w") where frame.count > 25:
      let position = frame.bigEndian(UInt64.self, at: 1)
      let end = frame.bigEndian(UInt64.self, at: 9)
      if end > serverEnd.rawValue { serverEnd = LSN(end) }
      quietEnd = nil
      return Message(position: LSN(position), bytes: UnsafeRawBufferPointer(rebasing: frame[25...]))
    case UInt8(ascii: "k") where frame.count == 18:
      let end = LSN(frame.bigEndian(UInt64.self, at: 1))
      serverEnd = max(serverEnd, end)
      quietEnd = end
      if frame[17] != 0 { try sendStatus() }
      return nil
    default:
      throw CDCError(
        .postgresProtocol,
        "The replication stream of \(connection.settings.location) has a frame of unknown kind (\(frame[0]), "
          + "\(frame.count) bytes)")
    }
  }

  private func isReadable(_ milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  /// The stream's end (-1) or an error (-2): what the server says about it.
  private func ended(_ count: Int32) -> CDCError {
    if count == -1, let result = PQgetResult(handle) {
      defer { PQclear(result) }
      let status = PQresultStatus(result)
      if status == PGRES_FATAL_ERROR || status == PGRES_NONFATAL_ERROR { return connection.failure(of: result) }
      return CDCError(
        .postgresUnreachable, "The server ended the replication stream (\(connection.settings.location))",
        cause: connection.libraryMessage.isEmpty ? nil : connection.libraryMessage)
    }
    return connection.brokenConnection()
  }

  /// Sends a standby status update: written as far as received, flushed and applied as far as confirmed.
  private func sendStatus() throws(CDCError) {
    var update = StatusUpdate()
    update.fill(
      written: max(serverEnd, confirmed).rawValue, flushed: confirmed.rawValue,
      microseconds: SystemTime.wallMicroseconds)
    let sent = update.withBytes { PQputCopyData(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count)) }
    guard sent >= 0 else { throw connection.brokenConnection() }
    // 0: libpq's output buffer is full because the server reads nothing now; the next call tries again.
    statusDue = sent == 0
    lastStatus = SystemTime.monotonicNanoseconds
    if PQflush(handle) < 0 { throw connection.brokenConnection() }
  }
}

/// The bytes of a standby status update: `r`, three positions, a time, and whether an answer is wanted.
private struct StatusUpdate {
  private var storage: InlineArray<34, UInt8> = .init(repeating: 0)
  /// Seconds from 1970 to 2000, where the server's clock starts.
  private static let epoch: Int64 = 946_684_800

  mutating func fill(written: UInt64, flushed: UInt64, microseconds: Int64) {
    storage[0] = UInt8(ascii: "r")
    put(written, at: 1)
    put(flushed, at: 9)
    put(flushed, at: 17)
    put(UInt64(bitPattern: microseconds - Self.epoch * 1_000_000), at: 25)
    storage[33] = 0
  }

  private mutating func put(_ value: UInt64, at offset: Int) {
    for index in 0..<8 { storage[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * index)) }
  }

  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: storage, body)
  }
}

extension UnsafeRawBufferPointer {
  /// An integer in network byte order.
  @inline(__always)
  func bigEndian<Integer: FixedWidthInteger>(_: Integer.Type, at offset: Int) -> Integer {
    Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }
}
