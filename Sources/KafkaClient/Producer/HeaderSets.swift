internal import CRDKafka
internal import ChangeModel

/// The header sets of batches in librdkafka's form. A record takes a copy of its set and, when it is delivered, gives it
/// back for another record: making four headers anew costs more than all the rest of producing.
final class HeaderSets {
  /// Headers for a record, and the pool that they go back to.
  struct Issued {
    var headers: OpaquePointer?
    var pool: Int

    static var none: Issued { Issued(headers: nil, pool: 0) }
  }

  /// Copies that wait for another use at most: those of a large transaction, about 16 MB.
  private static let copies = 32_768

  private var sets: [[Header]] = []
  private var originals: ContiguousArray<OpaquePointer> = []
  /// The pool of each set. Numbers are used once, so that what comes back late meets no other set; 0 is no pool.
  private var pools: ContiguousArray<Int> = []
  private var free: ContiguousArray<ContiguousArray<OpaquePointer>> = [[]]
  private var freeCount = 0
  private var issuedCount = 0

  deinit {
    for headers in originals { rd_kafka_headers_destroy(headers) }
    for pool in free.indices { drain(pool) }
  }

  /// Takes over a batch's sets. Their numbers stay the same from batch to batch; what changed all the same is made anew.
  func adopt(_ others: [[Header]]) {
    guard others != sets else { return }
    let kept = zip(sets, others).prefix { $0 == $1 }.count
    for index in kept..<originals.count {
      rd_kafka_headers_destroy(originals[index])
      drain(pools[index])
    }
    originals.removeSubrange(kept...)
    pools.removeSubrange(kept...)
    sets = others
    for set in others[kept...] {
      guard let headers = rd_kafka_headers_new(set.count) else { continue }
      for header in set { Self.add(header, to: headers) }
      originals.append(headers)
      pools.append(free.count < RecordTag.pools ? free.count : 0)
      if free.count < RecordTag.pools { free.append([]) }
    }
  }

  /// Headers of one shared set.
  @inline(__always) func issue(_ shared: Int32) -> Issued {
    let pool = pools[Int(shared)]
    issuedCount &+= 1
    if let used = free[pool].popLast() {
      freeCount &-= 1
      return Issued(headers: used, pool: pool)
    }
    return Issued(headers: rd_kafka_headers_copy(originals[Int(shared)]), pool: pool)
  }

  /// A record's own headers, then those of a shared set; -1: none.
  func issue(own: UnsafeRawBufferPointer, shared: Int32) -> Issued {
    let headers = rd_kafka_headers_new(8)
    HeaderList.forEach(in: own) { name, value in
      rd_kafka_header_add(
        headers, name.baseAddress?.assumingMemoryBound(to: CChar.self), name.count, value.map(Self.start),
        value?.count ?? 0)
    }
    if shared >= 0 { for header in sets[Int(shared)] { Self.add(header, to: headers) } }
    return Issued(headers: headers, pool: 0)
  }

  /// Takes headers back that no message has.
  func giveBack(_ issued: Issued) {
    guard let headers = issued.headers else { return }
    guard issued.pool > 0, freeCount < Self.copies, pools.contains(issued.pool) else {
      rd_kafka_headers_destroy(headers)
      return
    }
    free[issued.pool].append(headers)
    freeCount += 1
  }

  /// Takes the headers of a delivered message back; the message goes without them.
  @inline(__always) func reclaim(_ message: UnsafePointer<rd_kafka_message_t>) {
    let pool = RecordTag(pointer: message.pointee._private).pool
    guard pool > 0, freeCount < Self.copies else { return }
    var headers: OpaquePointer?
    let code = rd_kafka_message_detach_headers(UnsafeMutablePointer(mutating: message), &headers)
    if code == RD_KAFKA_RESP_ERR_NO_ERROR { giveBack(Issued(headers: headers, pool: pool)) }
  }

  /// A transaction is done: gives half of the copies back that it had no use for, so that a busy hour's memory goes when
  /// it is over.
  func trim() {
    var surplus = (freeCount - max(issuedCount, 64)) / 2
    issuedCount = 0
    for pool in free.indices where surplus > 0 {
      while surplus > 0, let headers = free[pool].popLast() {
        rd_kafka_headers_destroy(headers)
        freeCount -= 1
        surplus -= 1
      }
    }
  }

  private func drain(_ pool: Int) {
    freeCount -= free[pool].count
    for headers in free[pool] { rd_kafka_headers_destroy(headers) }
    free[pool] = []
  }

  private static func add(_ header: Header, to headers: OpaquePointer?) {
    guard let value = header.value else {
      rd_kafka_header_add(headers, header.name, -1, nil, 0)
      return
    }
    value.withUnsafeBytes { bytes in _ = rd_kafka_header_add(headers, header.name, -1, start(bytes), bytes.count) }
  }

  /// Where the bytes begin, also of an empty value, which a missing address would turn into a null.
  private static func start(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer { bytes.baseAddress ?? emptyBytes }
}
