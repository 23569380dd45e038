internal import ChangeModel
internal import ObjectStore

/// Puts open files into the store.
final class Uploader {
  private let store: any ObjectStore
  private let layout: ObjectLayout
  private let budget: MemoryBudget
  private let assembly: Assembly
  /// Objects stored so far.
  private(set) var objects = 0
  /// Bytes stored so far.
  private(set) var bytes = 0

  init(store: any ObjectStore, layout: ObjectLayout, budget: MemoryBudget, assembly: Assembly) {
    self.store = store
    self.layout = layout
    self.budget = budget
    self.assembly = assembly
  }

  /// Stores all objects of a file; when it returns, they are durable.
  func upload(_ file: OpenFile, from source: TopicPartition) throws(CDCError) {
    let name = layout.naming.name(
      ObjectOrigin(topic: file.topic, source: source, folder: file.folder, start: file.start, head: file.head))
    for (part, format, object) in file.parts {
      let whole = name + part.suffix + format.fileExtension
      let options = ObjectOptions(
        contentType: format.contentType, ifNoneMatch: layout.ifNoneMatch,
        tags: layout.isTagged && part == .value ? file.tags : [])
      if format.isPlain, object.body.isInMemory {
        try put(whole, .bytes(object.body.buffer.bytes), options)
      } else {
        assembly.reset()
        try format.assemble(object, name: whole, budget.spool, into: assembly)
        try assembly.finish { body throws(CDCError) in try put(whole, body, options) }
      }
    }
  }

  private func put(_ name: String, _ body: ObjectBody, _ options: ObjectOptions) throws(CDCError) {
    try store.put(name, body, options)
    objects += 1
    bytes += body.count
  }
}
