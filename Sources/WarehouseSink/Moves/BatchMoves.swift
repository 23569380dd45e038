internal import ChangeModel
internal import EventEncoding

/// The halves of key changes in a batch, and which of them need more than an ordinary delete or create.
struct BatchMoves {
  private var pairs: [Int32: MoveTable.Pair] = [:]
  private var special: Set<Int32> = []

  /// No key changes at all, which is what almost every batch has.
  var isEmpty: Bool { pairs.isEmpty }

  init() {}

  /// Looks at the first `count` events. A move whose halves are both in the batch, and whose new row lacks nothing, needs
  /// nothing special.
  init(_ decoded: DecodedBatch, _ batch: RecordBatch, count: Int, _ decoder: EventDecoder) {
    struct Halves {
      var old: [Int32] = []
      var new: [Int32] = []
    }
    var halves: [Int32: [MoveTable.Pair: Halves]] = [:]
    for index in 0..<count {
      let event = decoded.events[index]
      guard event.keyChange != .none, !event.isTombstone, let other = decoder.otherKey(of: event, in: batch),
        let own = Self.key(of: event, decoded, batch)
      else { continue }
      let isOld = event.keyChange == .oldHalf
      let pair = isOld ? MoveTable.Pair(old: own, new: other) : MoveTable.Pair(old: other, new: own)
      pairs[Int32(index)] = pair
      let topic = batch.records[Int(event.record)].topic
      if isOld {
        halves[topic, default: [:]][pair, default: Halves()].old.append(Int32(index))
      } else {
        halves[topic, default: [:]][pair, default: Halves()].new.append(Int32(index))
      }
    }
    for found in halves.values.flatMap(\.values) {
      let isWhole =
        found.old.count == found.new.count && found.new.allSatisfy { !decoded.events[Int($0)].hasUnavailable }
      if !isWhole { special.formUnion(found.old + found.new) }
    }
  }

  /// The key change of an event that needs special care; nil: it does not.
  func specialPair(_ index: Int) -> MoveTable.Pair? {
    special.contains(Int32(index)) ? pairs[Int32(index)] : nil
  }

  /// An event's own key as bytes.
  static func key(of event: DecodedEvent, _ decoded: DecodedBatch, _ batch: RecordBatch) -> [UInt8]? {
    guard event.key.isPresent, let base = decoded.keyBase(of: event, in: batch) else { return nil }
    return Array(UnsafeBufferPointer(start: base + Int(event.key.offset), count: Int(event.key.count)))
  }
}
