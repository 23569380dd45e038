internal import ChangeModel

/// The headers of a dead letter that say what happened to it; the pointers are valid as long as the batch is.
struct DeadLetterHeaders {
  /// Kafka Connect's, `__connect.errors.…`.
  static let connectPrefix = "__connect.errors."
  /// Ours, `cdc.errors.…`.
  static let ownPrefix = "cdc.errors."
  /// Those that a replay sets.
  static let replayPrefix = "cdc.replay."

  /// The names behind their prefix.
  enum Name: Int, CaseIterable {
    case code, `class`, fingerprint, attempts, pointer, rule, connector, origin, valueFormat
    case connectTopic, connectPartition, connectOffset, connectConnector, message

    var text: StaticString {
      switch self {
      case .code: "cdc.errors.code"
      case .class: "cdc.errors.class"
      case .fingerprint: "cdc.errors.fingerprint"
      case .attempts: "cdc.errors.attempts"
      case .pointer: "cdc.errors.pointer"
      case .rule: "cdc.errors.rule"
      case .connector: "cdc.errors.connector"
      case .origin: "cdc.errors.origin"
      case .valueFormat: "cdc.errors.value.format"
      case .connectTopic: "__connect.errors.topic"
      case .connectPartition: "__connect.errors.partition"
      case .connectOffset: "__connect.errors.offset"
      case .connectConnector: "__connect.errors.connector.name"
      case .message: "__connect.errors.exception.message"
      }
    }
  }

  // They point into the program itself.
  nonisolated(unsafe) private static let names = Name.allCases.map { name in
    UnsafeRawBufferPointer(start: name.text.utf8Start, count: name.text.utf8CodeUnitCount)
  }

  private var values: [UnsafeRawBufferPointer?] = Array(repeating: nil, count: Name.allCases.count)

  /// Reads a record's headers.
  init(_ list: UnsafeRawBufferPointer) {
    HeaderList.forEach(in: list) { name, value in
      guard let value, Self.isOfFailure(name) else { return }
      for index in Self.names.indices where Self.names[index].count == name.count {
        guard Self.names[index].elementsEqual(name) else { continue }
        // The last one of a name is that of the last failure.
        values[index] = value
        return
      }
    }
  }

  subscript(name: Name) -> UnsafeRawBufferPointer? { values[name.rawValue] }

  func text(_ name: Name) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }

  /// Whether a header was added when the record was parked, or by a replay: the record itself never had it.
  static func isAdded(_ name: UnsafeRawBufferPointer) -> Bool {
    isOfFailure(name) || name.starts(with: replayPrefix.utf8)
  }

  private static func isOfFailure(_ name: UnsafeRawBufferPointer) -> Bool {
    name.starts(with: ownPrefix.utf8) || name.starts(with: connectPrefix.utf8)
  }
}
