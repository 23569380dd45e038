public import ChangeModel

/// A configuration that was checked: typed values by key, defaults filled in.
public struct ParsedConfig: Sendable {
  /// What is wrong; a value that is wrong reads as its default.
  public internal(set) var problems: [ConfigProblem] = []
  /// Keys that were accepted and change nothing here, or something else than elsewhere: for one log line.
  public internal(set) var notices: [ConfigNotice] = []

  var values: [String: ConfigValue] = [:]
  var given: [(name: String, value: String)] = []
  var givenNames: Set<String> = []

  /// A configuration without keys.
  public init() {}

  /// Throws the problems as one error that names `what`, if there are any.
  public func requireValid(_ what: String) throws(CDCError) {
    if !problems.isEmpty { throw problems.error(in: what) }
  }

  /// Whether a value was given (a default does not count).
  public func isSet(_ key: String) -> Bool { givenNames.contains(key) }

  /// The value as text; empty if there is none.
  public func string(_ key: String) -> String { values[key]?.text ?? "" }

  /// The value as text; nil if there is none, or an empty one.
  public func optional(_ key: String) -> String? {
    guard let text = values[key]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// A password; nil if there is none.
  public func secret(_ key: String) -> Secret? { values[key].map { Secret($0.text) } }

  /// A whole number; 0 if there is none.
  public func int(_ key: String) -> Int { optionalInt(key) ?? 0 }

  /// A whole number; nil if there is none.
  public func optionalInt(_ key: String) -> Int? {
    switch values[key] {
    case .integer(let number): Int(number)
    case .string(let text): Int(text)
    default: nil
    }
  }

  /// A number; 0 if there is none.
  public func double(_ key: String) -> Double {
    switch values[key] {
    case .double(let number): number
    case .integer(let number): Double(number)
    case .string(let text): Double(text) ?? 0
    default: 0
    }
  }

  /// A boolean; false if there is none.
  public func bool(_ key: String) -> Bool {
    switch values[key] {
    case .boolean(let flag): flag
    case .string(let text): text.lowercased() == "true"
    default: false
    }
  }

  /// A list; empty if there is none.
  public func list(_ key: String) -> [String] {
    switch values[key] {
    case .list(let items): items
    case .string(let text): KeyKind.items(of: text)
    default: []
    }
  }

  /// A whole number of milliseconds; zero if there is none.
  public func milliseconds(_ key: String) -> Duration { .milliseconds(int(key)) }

  /// The given keys that begin with `prefix`, without it, and their values as text, in the order in which they were
  /// given. References are resolved, so the values may be secrets.
  public func withPrefix(_ prefix: String) -> [(String, String)] {
    given.compactMap { name, value in
      name.hasPrefix(prefix) && name.utf8.count > prefix.utf8.count
        ? (String(name.dropFirst(prefix.count)), value) : nil
    }
  }
}

/// A key that was accepted although it does not mean here what it means elsewhere.
public struct ConfigNotice: Sendable, Equatable {
  /// The key.
  public var key: String
  /// What becomes of it.
  public var note: String

  /// A notice.
  public init(key: String, note: String) {
    self.key = key
    self.note = note
  }
}

extension Sequence<ConfigNotice> {
  /// The notices as one sentence: `max.batch.size (…), poll.interval.ms (…)`, keys with one note together.
  public var summary: String {
    var notes: [(note: String, keys: [String])] = []
    for notice in self {
      if let index = notes.firstIndex(where: { $0.note == notice.note }) {
        notes[index].keys.append(notice.key)
      } else {
        notes.append((notice.note, [notice.key]))
      }
    }
    return notes.map { "\($0.keys.joined(separator: ", ")) (\($0.note))" }.joined(separator: "; ")
  }
}
