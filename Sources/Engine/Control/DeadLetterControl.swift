public import JSON

/// What the REST face asks of the engine about dead letters. Calls block.
public protocol DeadLetterControl {
  /// What there is, by topic and cause: of one topic, of one connector's topic, or of all that connectors are set up to
  /// use. `all`: also what is settled. Throws `ControlError` 404 for a topic or connector that isn't there.
  func deadLetterGroups(topic: String?, connector: String?, all: Bool) throws(ControlError) -> [JSONValue]

  /// Calls `emit` with the selected dead letters of a topic, decoded, until `limit` were handed out or it says false.
  /// Throws `ControlError` 404 before the first for a topic that isn't there.
  func deadLetters(
    _ topic: String, _ selection: DeadLetterChoice, limit: Int, emit: (JSONValue) -> Bool
  ) throws(ControlError)

  /// Replays dead letters. `goesOn` is asked at least once per second; false ends the work behind what is done. Returns
  /// `{"matched":…,"replayed":…,"failed":…}`. Throws `ControlError` 404 for a topic, dead letter or connector that isn't
  /// there, 409 while somebody else settles dead letters of the topic.
  func replayDeadLetters(
    _ topic: String, _ request: DeadLetterReplay, goesOn: () -> Bool
  ) throws(ControlError) -> JSONObject

  /// Settles dead letters without a replay. Returns `{"matched":…,"discarded":…,"failed":…}`. Throws as
  /// `replayDeadLetters` does.
  func discardDeadLetters(
    _ topic: String, _ selection: DeadLetterChoice, reason: String, goesOn: () -> Bool
  ) throws(ControlError) -> JSONObject
}

/// Which dead letters of a topic are meant; nothing set: all.
public struct DeadLetterChoice: Sendable, Equatable {
  /// Those of this cause.
  public var fingerprint: String?
  /// Of the one at a place in the DLQ topic: the partition.
  public var partition: Int32?
  /// Of the one at a place in the DLQ topic: the offset.
  public var offset: Int64?

  /// All, or what is named.
  public init(fingerprint: String? = nil, partition: Int32? = nil, offset: Int64? = nil) {
    self.fingerprint = fingerprint
    self.partition = partition
    self.offset = offset
  }
}

/// What is to be replayed, and how.
public struct DeadLetterReplay: Sendable, Equatable {
  /// Which.
  public var choice: DeadLetterChoice
  /// Changes of the value: a JSON pointer, and what is put there.
  public var set: [(pointer: String, value: JSONValue)]
  /// JSON pointers of what is taken out of the value.
  public var drop: [String]
  /// `sink` or `topic`; nil: `sink` for a sink's, `topic` for a source's.
  public var destination: String?
  /// Dead letters per second at most; nil: as fast as it goes.
  public var rate: Int?
  /// Only says what would be done.
  public var isDryRun: Bool

  /// A replay.
  public init(
    choice: DeadLetterChoice = DeadLetterChoice(), set: [(pointer: String, value: JSONValue)] = [],
    drop: [String] = [], destination: String? = nil, rate: Int? = nil, isDryRun: Bool = false
  ) {
    self.choice = choice
    self.set = set
    self.drop = drop
    self.destination = destination
    self.rate = rate
    self.isDryRun = isDryRun
  }

  /// Equal in all.
  public static func == (one: DeadLetterReplay, other: DeadLetterReplay) -> Bool {
    one.choice == other.choice && one.drop == other.drop && one.destination == other.destination
      && one.rate == other.rate && one.isDryRun == other.isDryRun
      && one.set.elementsEqual(other.set) { $0.pointer == $1.pointer && $0.value == $1.value }
  }
}
