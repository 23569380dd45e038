internal import ChangeModel

/// The transaction whose messages arrive now.
struct OpenTransaction {
  /// Its id.
  let xid: UInt32
  /// Where its commit record begins: by this it has its place in the order of commits.
  let commitLSN: UInt64
  /// Microseconds since 1970.
  let commitMicroseconds: Int64
  /// What was delivered of it before this run.
  let decision: ResumePoint.Decision
  /// The server that it came from first, if not this one.
  var origin: (position: UInt64, name: String)?
  /// Messages with changes so far, captured or not: the server sends the same ones in the same order again.
  var messages: Int64 = 0
  /// Changes so far that are told, also in earlier runs.
  var changes: Int64 = 0
  /// Whether it was named in the batch that is filled now, and by which number.
  var batchNumber: Int32 = -1
  var batchStamp = 0

  private var lastLSN: UInt64 = 0
  private var messagesAtLSN: Int64 = 0

  init(xid: UInt32, commitLSN: UInt64, commitMicroseconds: Int64, decision: ResumePoint.Decision) {
    self.xid = xid
    self.commitLSN = commitLSN
    self.commitMicroseconds = commitMicroseconds
    self.decision = decision
  }

  /// Counts a message with changes. True: it was not delivered before.
  @inline(__always)
  mutating func count(at lsn: UInt64) -> Bool {
    messages &+= 1
    switch decision {
    case .deliver: return true
    case .skip: return false
    case .skipFirst(let delivered): return messages > delivered
    case .skipBefore(let border, let eventsAtBorder):
      messagesAtLSN = lsn == lastLSN ? messagesAtLSN + 1 : 1
      lastLSN = lsn
      return lsn > border || (lsn == border && messagesAtLSN > eventsAtBorder)
    }
  }

  /// Whether a part of it was delivered in an earlier run, so that its begin was told.
  var isResumed: Bool {
    switch decision {
    case .deliver, .skip: false
    case .skipFirst, .skipBefore: true
    }
  }

  /// How much of it is delivered now, for the stored offset.
  var delivered: Int64 {
    if case .skipFirst(let before) = decision { return max(messages, before) }
    return messages
  }
}
