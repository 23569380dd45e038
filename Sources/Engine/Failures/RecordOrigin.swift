internal import ChangeModel
internal import JSON

/// Which record of which topic a delivery is: where it stood first, and the how many-th time it is sent through.
struct RecordOrigin: Hashable {
  /// The topic, partition and offset that it stood at first.
  var partition: TopicPartition
  var offset: Int64
  /// 0, then one more with each replay.
  var attempt: Int

  /// The header `cdc.errors.origin` and `cdc.replay.origin`.
  var header: [UInt8] {
    DeadLetterOrigin(topic: partition.topic, partition: partition.partition, offset: .integer(offset)).header
  }
}

/// The headers with which a record travels through side topics, beside its own.
enum SideHeaders {
  /// Where it stood first: `{"topic":…,"partition":…,"offset":…}`.
  static let origin = "cdc.replay.origin"
  /// Its attempt.
  static let attempt = "cdc.replay.attempt"
  /// In a retry topic: when it is due, milliseconds since 1970.
  static let due = "cdc.retry.due"
  /// In a retry topic: the code of why it is there; absent: it waits behind another of its key.
  static let code = "cdc.retry.code"

  /// What they say.
  struct Reading {
    var origin: RecordOrigin
    var due: Int64
  }

  /// Reads them; nil: the record was not sent by us.
  static func read(_ list: UnsafeRawBufferPointer) -> Reading? {
    var place: DeadLetterOrigin?
    var attempt = 0
    var due: Int64 = 0
    HeaderList.forEach(in: list) { name, value in
      guard let value, isAdded(name) else { return }
      if name.elementsEqual(origin.utf8) { place = DeadLetterOrigin(value) }
      if name.elementsEqual(self.attempt.utf8) { attempt = Int(String(decoding: value, as: UTF8.self)) ?? 0 }
      if name.elementsEqual(self.due.utf8) { due = Int64(String(decoding: value, as: UTF8.self)) ?? 0 }
    }
    guard let place, let partition = place.partition, let offset = place.offset.int else { return nil }
    return Reading(
      origin: RecordOrigin(
        partition: TopicPartition(topic: place.topic, partition: partition), offset: Int64(offset), attempt: attempt),
      due: due)
  }

  /// Whether a header is one of these, or of the replays that set them.
  static func isAdded(_ name: UnsafeRawBufferPointer) -> Bool {
    name.starts(with: DeadLetterHeaders.replayPrefix.utf8) || name.starts(with: "cdc.retry.".utf8)
  }
}
