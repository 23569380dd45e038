internal import Avro
internal import JSON

/// What an embedded registry knows, as a value: subjects with their versions, ids, compatibility levels and modes.
struct RegistryState {
  /// A version of a subject.
  struct Version {
    var number: Int
    var id: Int32
    var isDeleted = false
  }

  /// Schema texts by id, from 1 on.
  private(set) var texts: [Int32: String] = [:]
  private(set) var subjects: [String: [Version]] = [:]
  /// Compatibility levels; the empty subject is the global one.
  var levels: [String: CompatibilityLevel] = ["": .backward]
  /// Modes; the empty subject is the global one.
  var modes: [String: String] = ["": "READWRITE"]
  private var ids: [String: Int32] = [:]
  private var lastID: Int32 = 0

  /// The id of a schema text, the same under every subject; nil: it was never registered.
  func id(of text: String) -> Int32? { ids[text] }

  /// Names of subjects, sorted.
  func names(includingDeleted: Bool) -> [String] {
    subjects.filter { includingDeleted || $0.value.contains { !$0.isDeleted } }.keys.sorted()
  }

  /// A subject's versions, oldest first; empty where there is no such subject.
  func versions(_ subject: String, includingDeleted: Bool = false) -> [Version] {
    (subjects[subject] ?? []).filter { includingDeleted || !$0.isDeleted }
  }

  /// The level that holds for a subject.
  func level(_ subject: String) -> CompatibilityLevel { levels[subject] ?? levels[""] ?? .backward }

  /// The id that the next new schema text gets.
  var nextID: Int32 { lastID + 1 }

  /// Applies a line of the log.
  mutating func apply(_ entry: JSONValue) {
    guard let kind = entry["kind"]?.string else { return }
    let subject = entry["subject"]?.string ?? ""
    switch kind {
    case "schema":
      guard let text = entry["schema"]?.string, let id = entry["id"]?.int.flatMap({ Int32(exactly: $0) }),
        let version = entry["version"]?.int
      else { return }
      texts[id] = text
      ids[text] = id
      lastID = max(lastID, id)
      subjects[subject, default: []].removeAll { $0.number == version }
      subjects[subject, default: []].append(Version(number: version, id: id))
    case "delete": delete(subject, entry["version"]?.int, forEver: entry["permanent"]?.bool ?? false)
    case "level": levels[subject] = entry["level"]?.string.flatMap { CompatibilityLevel(rawValue: $0) }
    case "mode": modes[subject] = entry["mode"]?.string
    default: break
    }
  }

  private mutating func delete(_ subject: String, _ number: Int?, forEver: Bool) {
    guard var versions = subjects[subject] else { return }
    if forEver {
      versions.removeAll { number == nil || $0.number == number }
    } else {
      for index in versions.indices where number == nil || versions[index].number == number {
        versions[index].isDeleted = true
      }
    }
    subjects[subject] = versions.isEmpty ? nil : versions
  }
}

/// Which earlier versions a new one is held against, and in which direction.
enum CompatibilityLevel: String {
  case none = "NONE"
  case backward = "BACKWARD"
  case backwardTransitive = "BACKWARD_TRANSITIVE"
  case forward = "FORWARD"
  case forwardTransitive = "FORWARD_TRANSITIVE"
  case full = "FULL"
  case fullTransitive = "FULL_TRANSITIVE"

  /// Why `candidate` can't follow `earlier` (oldest first); empty: it can.
  func problems(of candidate: Schema, after earlier: [Schema]) -> [String] {
    let against = isTransitive ? earlier.reversed() : Array(earlier.suffix(1))
    return against.flatMap { old -> [String] in
      var problems: [Incompatibility] = []
      if readsOld { problems += Compatibility.incompatibilities(reader: candidate, writer: old) }
      if isReadByOld { problems += Compatibility.incompatibilities(reader: old, writer: candidate) }
      return problems.map(\.description)
    }
  }

  private var isTransitive: Bool { [.backwardTransitive, .forwardTransitive, .fullTransitive].contains(self) }
  private var readsOld: Bool { [.backward, .backwardTransitive, .full, .fullTransitive].contains(self) }
  private var isReadByOld: Bool { [.forward, .forwardTransitive, .full, .fullTransitive].contains(self) }
}
