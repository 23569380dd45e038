public import ChangeModel

/// The records of a batch as events: for each, what it does and where its row's and its key's fields lie. Numbers only;
/// the bytes stay in the batch (or in `scratch`, for records that were converted first). Owned like the batch.
public final class DecodedBatch {
  /// The events, in the records' order; records that were left out have none.
  public var events: ContiguousArray<DecodedEvent> = []
  /// The layouts that events name by number; these numbers stay the same from batch to batch.
  public internal(set) var layouts: [RowLayout] = []
  /// The topics by number, as the stages of the pipeline renamed them.
  public var topics: [String] = []
  /// Converted rows and keys.
  public internal(set) var scratch = ByteBuffer(capacity: 64)
  private var slots: UnsafeMutablePointer<FieldSlot>
  private var room: Int
  private(set) var slotCount = 0

  /// An empty batch.
  public init() {
    room = 1024
    slots = .allocate(capacity: room)
  }

  deinit { slots.deallocate() }

  /// The slot with this number; an event's are those from `firstSlot` or `firstKeySlot` on, one per field.
  @inlinable public subscript(_ number: Int) -> FieldSlot {
    get { slot(number) }
    set { set(number, newValue) }
  }

  @usableFromInline func slot(_ number: Int) -> FieldSlot { slots[number] }
  @usableFromInline func set(_ number: Int, _ slot: FieldSlot) { slots[number] = slot }

  /// All slots, for loops over many; valid until the next decoding.
  public var slotBase: UnsafeMutablePointer<FieldSlot> { slots }

  /// The start of the buffer in which an event's row (`inScratch` of the event says which) lies.
  public func base(of event: DecodedEvent, in batch: RecordBatch) -> UnsafePointer<UInt8>? {
    let bytes = event.isInScratch ? scratch.bytes : batch.bytes.bytes
    return bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  /// The start of the buffer in which an event's key lies.
  public func keyBase(of event: DecodedEvent, in batch: RecordBatch) -> UnsafePointer<UInt8>? {
    let bytes = event.isKeyInScratch ? scratch.bytes : batch.bytes.bytes
    return bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  /// Room for `count` more slots; `keep` makes them count.
  func reserve(_ count: Int) -> UnsafeMutablePointer<FieldSlot> {
    if slotCount + count > room {
      room = max(slotCount + count, room * 2)
      let larger = UnsafeMutablePointer<FieldSlot>.allocate(capacity: room)
      larger.update(from: slots, count: slotCount)
      slots.deallocate()
      slots = larger
    }
    return slots + slotCount
  }

  func keep(_ count: Int) -> Int32 {
    slotCount += count
    return Int32(slotCount - count)
  }

  /// Empties it and keeps the memory up to about `limit` bytes.
  func reset(topics: [String], keepingAtMost limit: Int = 8 << 20) {
    events.removeAll(keepingCapacity: events.count * MemoryLayout<DecodedEvent>.stride <= limit)
    scratch.removeAll(keepingAtMost: limit)
    self.topics = topics
    slotCount = 0
    if room * MemoryLayout<FieldSlot>.stride > limit {
      slots.deallocate()
      room = 1024
      slots = .allocate(capacity: room)
    }
  }
}

/// One record as an event; numbers only.
public struct DecodedEvent: Sendable {
  /// The record's place in its batch.
  public var record: Int32
  /// What it does to the row. A tombstone is a delete.
  public var operation: Operation
  /// Whether the value was null.
  public var isTombstone = false
  /// Whether it is one half of a change of the key.
  public var keyChange: KeyChange = .none
  /// Whether a field of the row is not told.
  public var hasUnavailable = false
  /// Whether the row lies in `DecodedBatch.scratch`.
  public var isInScratch = false
  /// Whether the key lies in `DecodedBatch.scratch`.
  public var isKeyInScratch = false
  /// Whether the record was an envelope.
  public var isEnvelope = false
  /// Whether the row stays although the record says that it is deleted (a stage was told to drop deletes).
  public var keepsRow = false
  /// Whether a stage dropped it.
  public var isDropped = false
  /// Whether it is a deleted row that is to be kept as a row (ExtractNewRecordState's `rewrite`).
  public var isRewritten = false
  /// The row's layout; -1: it has no row.
  public var layout: Int32 = -1
  /// The key's layout; -1: the key is null.
  public var keyLayout: Int32 = -1
  /// The row's first slot.
  public var firstSlot: Int32 = 0
  /// The key's first slot.
  public var firstKeySlot: Int32 = 0
  /// The key's bytes without the converter's header.
  public var key: ByteRange = .none
  /// Where the change stands in the source's log; 0: not told.
  public var position: UInt64 = 0
  /// `source.schema` (MySQL: `source.db`), in the row's buffer.
  public var sourceSchema = FieldSlot.null
  /// `source.table`.
  public var sourceTable = FieldSlot.null

  init(record: Int32, operation: Operation) {
    self.record = record
    self.operation = operation
  }
}

/// Why a record can't be decoded.
public struct DecodeFailure: Error {
  /// The record's place in its batch.
  public var record: Int
  /// Whether it is the key that can't be decoded, and not the value.
  public var isKey: Bool
  /// What is wrong.
  public var error: CDCError
}
