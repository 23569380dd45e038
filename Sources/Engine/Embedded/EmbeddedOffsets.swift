internal import ChangeModel
internal import Flow
internal import JSON

/// Source offsets in the state directory, for the embedded broker: one small JSON file, replaced whole.
final class EmbeddedOffsets: @unchecked Sendable {
  private struct Entry {
    var partition: String
    var value: String
  }

  private let path: String
  private let lock = Lock()
  private var entries: [String: Entry] = [:]

  init(directory: String) throws(CDCError) {
    path = directory + "/offsets.json"
    guard let content = try DurableFile.read(path) else { return }
    do {
      for member in try JSONValue(parsing: content).object?.members ?? [] {
        guard let partition = member.value["partition"]?.string, let value = member.value["offset"]?.string else {
          continue
        }
        entries[member.name] = Entry(partition: partition, value: value)
      }
    } catch {
      throw CDCError(.stateUnusable, "the offsets in \(path) can't be read", cause: "\(error)")
    }
  }

  /// A connector's stored offset as JSON; nil: none.
  func value(of connector: String) -> String? { lock.withLock { entries[connector]?.value } }

  /// A connector's stored source partition and offset as JSON; nil: none.
  func entry(of connector: String) -> (partition: String, value: String)? {
    lock.withLock { entries[connector].map { ($0.partition, $0.value) } }
  }

  /// Stores a connector's offset. Durable on return.
  func set(_ connector: String, _ offset: SourceOffset?) throws(CDCError) {
    lock.acquire()
    defer { lock.release() }
    entries[connector] = offset.map { Entry(partition: $0.partition, value: $0.value) }
    let members = entries.sorted { $0.key < $1.key }.map { name, entry in
      JSONObject.Member(name, ["partition": .string(entry.partition), "offset": .string(entry.value)])
    }
    try DurableFile.replace(path, with: JSONValue.object(JSONObject(members)).utf8)
  }
}
