internal import ChangeModel
internal import Flow
internal import KafkaClient

extension DeadLetterSelection {
  /// Throws `deadLetterRequest` for a partition without an offset, or the other way round.
  init(_ choice: DeadLetterChoice) throws(CDCError) {
    fingerprint = choice.fingerprint
    switch (choice.partition, choice.offset) {
    case (nil, nil): place = nil
    case (let partition?, let offset?): place = Place(partition: partition, offset: offset)
    default: throw CDCError(.deadLetterRequest, "partition and offset belong together")
    }
  }

  /// Where reading may begin to find what is meant.
  var start: TopicReader.Start { place.map { .offsets([$0.partition: $0.offset]) } ?? .beginning }

  /// Whether nothing that is meant comes behind this one.
  func isBehind(_ letter: DeadLetter) -> Bool {
    guard let place else { return false }
    return letter.record.partition == place.partition && letter.record.offset >= place.offset
  }
}

extension DeadLetterEdit {
  /// Throws `deadLetterRequest` for a pointer that is none.
  init(_ request: DeadLetterReplay) throws(CDCError) {
    for (pointer, value) in request.set { steps.append(.set(try Self.pointer(pointer), value)) }
    for pointer in request.drop { steps.append(.drop(try Self.pointer(pointer))) }
  }

  private static func pointer(_ text: String) throws(CDCError) -> JSONPointer {
    guard let pointer = JSONPointer(text) else {
      throw CDCError(.deadLetterRequest, "\(text) is no JSON pointer: it begins with /, as /after/email does")
    }
    return pointer
  }
}

extension ReplayTargets.Destination {
  /// Throws `deadLetterRequest` for a word that is none of the destinations.
  init?(asked word: String?) throws(CDCError) {
    guard let word else { return nil }
    guard let known = Self(rawValue: word) else {
      throw CDCError(.deadLetterRequest, "to must be sink or topic, not \(word)")
    }
    self = known
  }
}

/// The DLQ topics of which this worker settles dead letters now: one of them at a time, since a second one would fence
/// the first.
final class SettlingTopics: @unchecked Sendable {
  private let lock = Lock()
  private var topics: Set<String> = []

  /// Whether nobody does it yet; then the caller does, until it leaves.
  func enter(_ topic: String) -> Bool { lock.withLock { topics.insert(topic).inserted } }

  func leave(_ topic: String) { lock.withLock { _ = topics.remove(topic) } }
}
