internal import ChangeModel
internal import Flow
internal import Glibc
internal import JSON

/// A state store in a directory, for the embedded broker: an append-only file of JSON lines, `{"key":…,"value":…}`, each
/// flushed to the disk before it counts. The file is written anew at each start, so that it stays short.
final class FileStateStore: StateStore, @unchecked Sendable {
  private let path: String
  private let lock = Lock()

  init(directory: String) { path = directory + "/connectors.jsonl" }

  func load() throws(CDCError) -> StoredState {
    var state = StoredState()
    guard let text = try DurableFile.read(path) else { return state }
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    for (index, line) in lines.enumerated() {
      do {
        let record = try JSONValue(parsing: line)
        guard let key = record["key"]?.string else { continue }
        StateRecord.apply(key: key, value: record["value"].flatMap { $0.isNull ? nil : $0 }, to: &state)
      } catch {
        // Only the last line can be torn by a kill; it was never answered for.
        if index == lines.count - 1 && text.last != UInt8(ascii: "\n") { break }
        throw CDCError(.stateUnusable, "\(path), line \(index + 1), can't be read", cause: "\(error)")
      }
    }
    try rewrite(state)
    return state
  }

  func putConfig(_ name: String, _ config: JSONObject?) throws(CDCError) {
    try append(StateRecord.configKey(name), config.map(StateRecord.value(of:)))
    if config == nil { try append(StateRecord.targetKey(name), nil) }
  }

  func putTarget(_ name: String, _ state: TargetState) throws(CDCError) {
    try append(StateRecord.targetKey(name), StateRecord.value(of: state))
  }

  func putAppliedFile(_ file: String, digest: String) throws(CDCError) {
    try append(StateRecord.fileKey(file), ["digest": .string(digest)])
  }

  private func append(_ key: String, _ value: JSONValue?) throws(CDCError) {
    lock.acquire()
    defer { lock.release() }
    try DurableFile.append(Self.line(key, value), to: path)
  }

  private func rewrite(_ state: StoredState) throws(CDCError) {
    var text: [UInt8] = []
    for (name, config) in state.configs {
      text += Self.line(StateRecord.configKey(name), StateRecord.value(of: config))
    }
    for (name, target) in state.targets {
      text += Self.line(StateRecord.targetKey(name), StateRecord.value(of: target))
    }
    for (file, digest) in state.appliedFiles {
      text += Self.line(StateRecord.fileKey(file), ["digest": .string(digest)])
    }
    try DurableFile.replace(path, with: text)
  }

  private static func line(_ key: String, _ value: JSONValue?) -> [UInt8] {
    (["key": .string(key), "value": value ?? .null] as JSONValue).utf8 + [UInt8(ascii: "\n")]
  }
}
