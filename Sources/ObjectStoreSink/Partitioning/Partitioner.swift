internal import ChangeModel

/// A folder that records of a topic go to. Two of one path are one folder; the same instance comes again for the same
/// path where it can, so that most records are placed by a comparison of pointers.
final class Folder {
  /// The encoded partition: `partition=0`, `year=2026/month=01`.
  let path: String

  init(_ path: String) { self.path = path }
}

/// Where a record goes.
struct Placement {
  var folder: Folder
  /// The record's time for `rotate.interval.ms`, milliseconds since 1970; nil: the partitioner knows no time.
  var time: Int64?
}

/// Picks the folder of a record. `now` is the wall clock in milliseconds since 1970.
protocol Partitioner: AnyObject {
  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement
}

/// `partition=<n>`, Confluent's DefaultPartitioner.
final class DefaultPartitioner: Partitioner {
  private var folders: [Int32: Folder] = [:]

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement {
    let partition = view.record.partition
    if let known = folders[partition] { return Placement(folder: known) }
    let folder = Folder("partition=\(partition)")
    folders[partition] = folder
    return Placement(folder: folder)
  }
}

/// One folder for all, where the object's name says everything.
final class SinglePartitioner: Partitioner {
  private let folder = Folder("")

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement { Placement(folder: folder) }
}

/// Tombstones have a folder of their own (`tombstone.encoded.partition`); their time is the record's.
final class TombstonePartitioner: Partitioner {
  private let inner: any Partitioner
  private let hasTime: Bool
  private let folder: Folder

  init(_ inner: any Partitioner, hasTime: Bool, folder: String) {
    self.inner = inner
    self.hasTime = hasTime
    self.folder = Folder(folder)
  }

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement {
    guard view.value.kind == .null else { return try inner.place(view, now: now) }
    return Placement(folder: folder, time: hasTime ? view.timestamp : nil)
  }
}

/// Puts the name of the value's schema before or behind the folder (`s3.schema.partition.affix.type`).
final class SchemaPartitioner: Partitioner {
  private let inner: any Partitioner
  private let isPrefix: Bool
  private let delimiter: String
  private var folders: [String: Folder] = [:]

  init(_ inner: any Partitioner, isPrefix: Bool, delimiter: String) {
    self.inner = inner
    self.isPrefix = isPrefix
    self.delimiter = delimiter
  }

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement {
    let placed = try inner.place(view, now: now)
    let name = "schema_name=\(view.value.schema?.connectName ?? "null")"
    let path = isPrefix ? name + delimiter + placed.folder.path : placed.folder.path + delimiter + name
    if let known = folders[path] { return Placement(folder: known, time: placed.time) }
    if folders.count > 4096 { folders.removeAll() }
    let folder = Folder(path)
    folders[path] = folder
    return Placement(folder: folder, time: placed.time)
  }
}
