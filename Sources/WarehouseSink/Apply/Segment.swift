internal import ChangeModel
internal import EventEncoding

/// The net effect of a run of events on one table: for each key the last event, found by the key's bytes.
final class Segment {
  /// What happens to one key's row.
  struct Entry {
    var hash: UInt64
    /// The last event.
    var event: Int32
    /// Its plan.
    var plan: Int32
    /// Whether the row goes.
    var isDelete: Bool
    /// Whether the row that was there went meanwhile, so that nothing of it may stay.
    var replaces: Bool
    /// Which columns are left alone: a number of `groups`; 0: none.
    var group: Int16 = 0
  }

  var entries: ContiguousArray<Entry> = []
  /// Sets of staged columns that are left alone, by number from 1 on.
  private(set) var groups: [(plan: Int32, absent: Set<Int>)] = []
  private var table: ContiguousArray<Int32> = []
  private var mask = 0

  /// Whether nothing happens.
  var isEmpty: Bool { entries.isEmpty }

  /// Forgets all; keeps the memory.
  func reset() {
    guard !entries.isEmpty else { return }
    entries.removeAll(keepingCapacity: entries.count < 100_000)
    groups.removeAll()
    for index in table.indices { table[index] = -1 }
    if table.count > 1 << 18 { (table, mask) = ([], 0) }
  }

  /// The entry of a key; `isSame` compares with the key of an entry's event. -1: there is none.
  @inline(__always)
  func find(_ hash: UInt64, isSame: (Int32) -> Bool) -> Int {
    guard mask > 0 else { return -1 }
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let number = table[place]
      if number < 0 { return -1 }
      let entry = entries[Int(number)]
      if entry.hash == hash, isSame(entry.event) { return Int(number) }
      place = (place + 1) & mask
    }
  }

  /// Adds an entry for a key that has none.
  func add(_ entry: Entry) {
    if (entries.count + 1) * 2 > table.count { grow() }
    entries.append(entry)
    insert(Int32(entries.count - 1), entry.hash)
  }

  /// The number of a set of columns that are left alone.
  func group(_ absent: Set<Int>, plan: Int32) -> Int16 {
    if absent.isEmpty { return 0 }
    if let known = groups.firstIndex(where: { $0.plan == plan && $0.absent == absent }) { return Int16(known + 1) }
    groups.append((plan, absent))
    return Int16(clamping: groups.count)
  }

  private func insert(_ number: Int32, _ hash: UInt64) {
    var place = Int(truncatingIfNeeded: hash) & mask
    while table[place] >= 0 { place = (place + 1) & mask }
    table[place] = number
  }

  private func grow() {
    let size = max(256, table.count * 2)
    table = ContiguousArray(repeating: -1, count: size)
    mask = size - 1
    for index in entries.indices { insert(Int32(index), entries[index].hash) }
  }
}

/// Hashing and comparing keys where they lie.
enum KeyBytes {
  /// A 64-bit hash of a run of bytes.
  @inline(__always)
  static func hash(_ bytes: UnsafePointer<UInt8>, count: Int, seed: UInt64) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawPointer(bytes)
    var at = 0
    while at + 8 <= count {
      hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < count {
      rest = rest << 8 | UInt64(bytes[at])
      at += 1
    }
    return mixed(hash ^ rest)
  }

  @inline(__always) private static func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
