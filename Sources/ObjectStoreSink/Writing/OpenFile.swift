internal import ChangeModel
internal import ObjectStore

/// Records of one folder that are gathered for one file: an object of values, and those of keys and headers beside it.
final class OpenFile {
  let topic: String
  let folder: Folder
  /// The offset of its first record.
  let start: Int64
  /// The first offset since the partition's files were closed last.
  let head: Int64
  /// Whether it holds tombstones, which have no value.
  let isOfTombstones: Bool
  /// The schema of its first value.
  private(set) var schema: KnownSchema?
  /// The schema of its first key, where keys are stored.
  private(set) var keySchema: KnownSchema?
  private(set) var records = 0
  private var end: Int64
  /// Its objects, values first.
  let parts: [(part: RecordPart, format: any ObjectFormat, object: ObjectPart)]
  private let budget: MemoryBudget

  init(_ view: RecordView, folder: Folder, head: Int64, layout: ObjectLayout, budget: MemoryBudget) {
    topic = view.topic
    self.folder = folder
    start = view.record.offset
    end = start
    self.head = head
    isOfTombstones = view.value.kind == .null
    self.budget = budget
    var parts: [(part: RecordPart, format: any ObjectFormat, object: ObjectPart)] = []
    for part in [RecordPart.value, .key, .headers] {
      if part == .value, isOfTombstones, layout.keys != nil { continue }
      guard let format = layout.format(part) else { continue }
      parts.append((part, format, ObjectPart()))
    }
    self.parts = parts
    for part in parts { budget.add(part.object.body) }
  }

  /// Appends a record to all objects, or to none.
  func append(_ view: RecordView) throws(RecordTrouble) {
    for entry in parts {
      do throws(RecordRefusal) {
        try entry.format.append(view, entry.part, to: entry.object)
      } catch {
        for entry in parts { entry.object.takeBack() }
        throw .record(error)
      }
    }
    if records == 0 {
      schema = view.value.schema
      keySchema = view.key.schema
    }
    records += 1
    end = view.record.offset
    for entry in parts { entry.object.keep() }
    do throws(CDCError) {
      for entry in parts { try budget.note(entry.object.body) }
    } catch {
      throw .other(error)
    }
  }

  /// Whether a record's values go into it: as they are, projected, or not at all.
  func verdict(on view: RecordView, _ compatibility: SchemaCompatibility) throws(RecordRefusal)
    -> SchemaCompatibility.Verdict
  {
    if let keySchema, let other = view.key.schema, keySchema !== other, !keySchema.isSame(as: other) { return .closes }
    guard let schema, let other = view.value.schema, schema !== other else { return .same }
    return try compatibility.verdict(other, into: schema)
  }

  /// A record with its value in the file's schema.
  func projected(_ view: RecordView) throws(RecordRefusal) -> RecordView {
    guard let schema, let other = view.value.schema else { return view }
    let bytes = try other.projection(to: schema).project(view.value.bytes)
    return RecordView(
      batch: view.batch, record: view.record, value: Datum(kind: .avro, bytes: bytes, schema: schema), key: view.key)
  }

  /// What Confluent's sink says about an object in its tags.
  var tags: [ObjectTag] {
    [ObjectTag("startOffset", "\(start)"), ObjectTag("endOffset", "\(end)"), ObjectTag("recordCount", "\(records)")]
  }

  /// Gives its memory and spool room back.
  func release() {
    for entry in parts { budget.remove(entry.object.body) }
  }
}
