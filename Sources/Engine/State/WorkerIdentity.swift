internal import ChangeModel

/// What tells this worker from others of its group for as long as its state directory lives: a random number that was
/// written there once. It is worth nothing else; a new directory makes a new one.
enum WorkerIdentity {
  /// The identity kept in `directory`, made if there is none. Throws `stateUnusable`.
  static func load(from directory: String) throws(CDCError) -> String {
    let path = directory + "/worker.id"
    if let bytes = try DurableFile.read(path) {
      let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      if text.utf8.count == 16, UInt64(text, radix: 16) != nil { return text }
    }
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    let made = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    try DurableFile.replace(path, with: Array((made + "\n").utf8))
    return made
  }
}
