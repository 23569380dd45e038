internal import ChangeModel

/// The memory that all open objects share. Beyond it their bytes go to the spool, the largest first, until half of it is
/// free again, so that the price of looking for them is paid once per many megabytes.
final class MemoryBudget {
  /// The limit of one object: beyond it, it is spilled by itself.
  static let objectLimit = 8 << 20

  let spool: Spool
  private let limit: Int
  private var used = 0
  private var members: [ObjectIdentifier: GatheredBytes] = [:]

  init(limit: Int, spool: Spool) {
    self.limit = limit
    self.spool = spool
  }

  /// Bytes of memory that members hold.
  var bytesInMemory: Int { used }

  func add(_ bytes: GatheredBytes) {
    members[ObjectIdentifier(bytes)] = bytes
    bytes.counted = bytes.buffer.capacity
    used += bytes.counted
  }

  func remove(_ bytes: GatheredBytes) {
    guard members.removeValue(forKey: ObjectIdentifier(bytes)) != nil else { return }
    used -= bytes.counted
    bytes.release(spool)
  }

  /// To be called when a member may have grown.
  @inline(__always) func note(_ bytes: GatheredBytes) throws(CDCError) {
    if bytes.buffer.capacity != bytes.counted { try grew(bytes) }
  }

  private func grew(_ bytes: GatheredBytes) throws(CDCError) {
    used += bytes.buffer.capacity - bytes.counted
    bytes.counted = bytes.buffer.capacity
    if bytes.buffer.count >= Self.objectLimit { try spill(bytes) }
    guard used > limit else { return }
    for member in members.values.sorted(by: { $0.buffer.capacity > $1.buffer.capacity }) {
      if used <= limit / 2 { break }
      try spill(member)
    }
  }

  private func spill(_ bytes: GatheredBytes) throws(CDCError) {
    try bytes.spill(to: spool)
    used += bytes.buffer.capacity - bytes.counted
    bytes.counted = bytes.buffer.capacity
  }

  /// Forgets all members.
  func removeAll() {
    members.removeAll()
    used = 0
    spool.close()
  }
}
