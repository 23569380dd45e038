internal import ChangeModel

/// Gathers the records of one partition and closes their files as the rules say.
///
/// All files of the partition are closed together, always, and the rules but the scheduled one look at the records alone.
/// So behind a closing everything is as at the start, and whoever reads on from there makes the same files again.
final class PartitionWriter {
  let partition: TopicPartition
  private let rules: RotationRules
  private let layout: ObjectLayout
  private let budget: MemoryBudget
  private let uploader: Uploader
  private let opening: (_ topic: String) throws(CDCError) -> Void
  private let closed: (PartitionWriter) throws(CDCError) -> Void

  private struct FileKey: Hashable {
    var topic: String
    var folder: String
  }
  private var files: [FileKey: OpenFile] = [:]
  private var order: [OpenFile] = []
  private var last: (folder: Folder, topic: Int32, file: OpenFile)?
  private var lastFolder: String?
  private var records = 0
  private var firstTime: Int64?
  private var head: Int64?
  private var nextScheduled: Int64?
  /// The offset behind the last record that was seen.
  private(set) var position: Int64

  /// `opening` is called before a topic's first file is opened, `closed` when all files were stored and closed.
  init(
    _ partition: TopicPartition, position: Int64, rules: RotationRules, layout: ObjectLayout, budget: MemoryBudget,
    uploader: Uploader,
    opening: @escaping (_ topic: String) throws(CDCError) -> Void,
    closed: @escaping (PartitionWriter) throws(CDCError) -> Void
  ) {
    self.partition = partition
    self.position = position
    self.rules = rules
    self.layout = layout
    self.budget = budget
    self.uploader = uploader
    self.opening = opening
    self.closed = closed
  }

  /// The offset behind the last record that is stored, with all before it.
  var durable: Int64 { order.first?.start ?? position }

  /// Whether records are waiting for their file to be closed.
  var isGathering: Bool { !order.isEmpty }

  /// A new batch begins: its numbers of topics may be others.
  func begin() { last = nil }

  /// Passes over a record that goes into no file.
  func skip(_ offset: Int64) { position = offset + 1 }

  /// Takes a record; the files may be closed before it and behind it. On a problem of the record nothing of it stays, and
  /// it is not passed over yet.
  func take(_ given: RecordView, _ placement: Placement, now: Int64) throws(RecordTrouble) {
    let view = try prepared(given, placement, now: now)
    let known = file(placement.folder, view)
    let file =
      known
      ?? OpenFile(view, folder: placement.folder, head: head ?? view.record.offset, layout: layout, budget: budget)
    do throws(RecordTrouble) {
      try file.append(view)
    } catch {
      if known == nil { file.release() }
      throw error
    }
    if known == nil { open(file) }
    if head == nil { head = view.record.offset }
    if records == 0 {
      firstTime = placement.time
      if let schedule = rules.schedule { nextScheduled = schedule.next(after: now) }
    }
    last = (placement.folder, view.record.topic, file)
    lastFolder = placement.folder.path
    records += 1
    position = view.record.offset + 1
    if let limit = rules.records, records >= limit {
      do throws(CDCError) { try close() } catch { throw .other(error) }
    }
  }

  /// Closes the files if their time has come.
  func closeIfDue(now: Int64) throws(CDCError) {
    if let nextScheduled, now >= nextScheduled, isGathering { try close() }
  }

  /// Stores all files and begins anew.
  func close() throws(CDCError) {
    guard isGathering else { return }
    for file in order { try uploader.upload(file, from: partition) }
    forget()
    try closed(self)
  }

  /// Forgets what is gathered.
  func forget() {
    for file in order { file.release() }
    files.removeAll()
    order.removeAll()
    last = nil
    records = 0
    firstTime = nil
    head = nil
    nextScheduled = nil
  }

  /// Closes what has to be closed before a record and gives it the schema of the file that it goes into.
  private func prepared(_ view: RecordView, _ placement: Placement, now: Int64) throws(RecordTrouble) -> RecordView {
    let verdict: SchemaCompatibility.Verdict
    do throws(RecordRefusal) { verdict = try self.verdict(on: view, placement) } catch { throw .record(error) }
    do throws(CDCError) {
      if verdict == .closes || mustClose(before: view, placement, now: now) { try close() }
      if file(placement.folder, view) == nil { try opening(view.topic) }
    } catch { throw .other(error) }
    guard verdict == .projected, let file = file(placement.folder, view) else { return view }
    do throws(RecordRefusal) { return try file.projected(view) } catch { throw .record(error) }
  }

  private func verdict(on view: RecordView, _ placement: Placement) throws(RecordRefusal) -> SchemaCompatibility.Verdict
  {
    guard records > 0, let file = file(placement.folder, view) else { return .same }
    return try file.verdict(on: view, rules.compatibility)
  }

  private func mustClose(before view: RecordView, _ placement: Placement, now: Int64) -> Bool {
    guard records > 0 else { return false }
    let file = file(placement.folder, view)
    if rules.separatesTombstones, let file, file.isOfTombstones != (view.value.kind == .null) { return true }
    if let nextScheduled, now >= nextScheduled { return true }
    if let interval = rules.interval, isOver(interval, placement) { return true }
    if file == nil, let limit = rules.openFiles, order.count >= limit { return true }
    if let file, let limit = rules.fileRecords, file.records >= limit { return true }
    return false
  }

  private func isOver(_ interval: Int64, _ placement: Placement) -> Bool {
    if let time = placement.time, let firstTime, time - firstTime >= interval { return true }
    guard rules.onFolderChange, placement.time != nil, let lastFolder, lastFolder != placement.folder.path else {
      return false
    }
    if let tombstones = rules.tombstoneFolder {
      return !placement.folder.path.contains(tombstones) && !lastFolder.contains(tombstones)
    }
    return true
  }

  @inline(__always) private func file(_ folder: Folder, _ view: RecordView) -> OpenFile? {
    if let last, last.folder === folder, last.topic == view.record.topic { return last.file }
    return files[FileKey(topic: view.topic, folder: folder.path)]
  }

  private func open(_ file: OpenFile) {
    files[FileKey(topic: file.topic, folder: file.folder.path)] = file
    order.append(file)
  }
}
