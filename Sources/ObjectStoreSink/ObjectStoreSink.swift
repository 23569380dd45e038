public import ChangeModel
internal import EventEncoding
internal import ObjectStore
internal import Settings

/// Gathers records and stores them as objects. An object's name tells the offset of its first record, and a partition's
/// offset is committed once everything before it is stored, so what is read again after a kill or a rebalance makes the
/// same objects with the same bytes.
///
/// It belongs to its task's thread. After `stop` it can be started again.
public final class ObjectStoreSink: RecordSink {
  private let config: ObjectStoreConfig
  private let context: ObjectSinkContext
  private let keys: DatumReader
  private let values: DatumReader
  private let partitioner: any Partitioner
  private let layout: ObjectLayout
  private let rules: RotationRules
  private var session: Session?
  private var writers: [TopicPartition: PartitionWriter] = [:]
  private var reported: [TopicPartition: Int64] = [:]
  /// Where to go on in partitions whose gathered records were lost by `stop`.
  private var lost: [TopicPartition: Int64] = [:]
  /// Partitions whose uploads that were cut off are still to be removed.
  private var untidied: Set<TopicPartition> = []
  /// Whose objects have a name.
  private var owners: [TopicPartition: TopicPartition] = [:]
  private var current: (topic: Int32, partition: Int32, writer: PartitionWriter)?

  /// What lives as long as the store is open.
  private struct Session {
    let budget: MemoryBudget
    let assembly: Assembly
    let uploader: Uploader
  }

  /// A task of this configuration. Throws for what shows only with the machine's own data: an unknown time zone.
  public init(_ config: ObjectStoreConfig, _ context: ObjectSinkContext) throws(CDCError) {
    self.config = config
    self.context = context
    keys = DatumReader(context.keyFormat, isKey: true, schemas: context.keySchemas)
    values = DatumReader(context.valueFormat, isKey: false, schemas: context.valueSchemas)
    partitioner = try config.makePartitioner()
    layout = try config.makeLayout()
    rules = try config.makeRules(flushInterval: context.flushInterval, longestWait: context.longestWait)
  }

  /// Tombstones that are passed over are dead letters where there is a topic for these.
  private var reportsNullValues: Bool {
    config.reportsNullValues && config.keys.optional("errors.deadletterqueue.topic.name") != nil
      && config.keys.string("errors.tolerance") == "all"
  }

  /// Objects stored since the last start.
  public var storedObjects: Int { session?.uploader.objects ?? 0 }

  /// Opens the store.
  public func start() throws {
    stop()
    try context.store.open(prefix: config.storePrefix)
    // A kill while the store was being tried leaves the trial behind; nobody needs one.
    try context.store.removeUploads(under: config.storePrefix) { $0.hasSuffix(".martinet-probe") }
    let budget = MemoryBudget(limit: context.memoryLimit, spool: Spool(folder: context.spoolFolder))
    let assembly = Assembly(folder: context.spoolFolder)
    session = Session(
      budget: budget, assembly: assembly,
      uploader: Uploader(store: context.store, layout: layout, budget: budget, assembly: assembly))
  }

  /// Takes the partitions over. Uploads of theirs that were cut off are removed before the next record.
  public func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] {
    var known: [TopicPartition: Int64] = [:]
    for partition in partitions {
      if let writer = writers[partition] {
        known[partition] = writer.position
      } else if let offset = lost[partition] {
        known[partition] = offset
      }
    }
    untidied.formUnion(partitions.filter { writers[$0] == nil && !$0.topic.contains("/") })
    return known
  }

  /// Forgets what was gathered of the partitions.
  public func revoked(_ partitions: [TopicPartition]) {
    for partition in partitions {
      writers.removeValue(forKey: partition)?.forget()
      reported[partition] = nil
      lost[partition] = nil
      untidied.remove(partition)
    }
    let gone = Set(partitions)
    owners = owners.filter { !gone.contains($0.value) }
    current = nil
  }

  /// Gathers a batch and stores what is complete. Returns the partitions whose durable offset moved.
  public func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64] {
    try tidy()
    let now = context.now()
    current = nil
    for writer in writers.values {
      writer.begin()
      try writer.closeIfDue(now: now)
    }
    for index in batch.records.indices {
      let record = batch.records[index]
      let writer = try writer(of: record, in: batch)
      guard record.offset >= writer.position else { continue }
      guard !record.isExcluded else {
        writer.skip(record.offset)
        continue
      }
      do throws(RecordTrouble) {
        try take(record, of: batch, writer, now: now)
      } catch {
        switch error {
        case .other(let error): throw error
        case .record(let problem): try reject(problem, index, of: batch, rejected)
        }
        writer.skip(record.offset)
      }
    }
    return moved()
  }

  /// Closes what is due by the wall clock.
  public func tick() throws -> [TopicPartition: Int64] {
    try tidy()
    let now = context.now()
    for writer in writers.values { try writer.closeIfDue(now: now) }
    return moved()
  }

  /// Closes all files and commits what is durable then.
  public func finish() throws {
    for writer in writers.values { try writer.close() }
    let durable = moved()
    if !durable.isEmpty { try context.commit(durable) }
  }

  /// Closes the store. What was gathered is forgotten; `assigned` tells where it begins.
  public func stop() {
    for (partition, writer) in writers {
      lost[partition] = writer.durable
      writer.forget()
    }
    writers.removeAll()
    reported.removeAll()
    current = nil
    session?.budget.removeAll()
    session?.assembly.close()
    if session != nil { context.store.close() }
    session = nil
  }

  /// Removes uploads that were cut off to names that only this task may write now.
  private func tidy() throws(CDCError) {
    guard !untidied.isEmpty else { return }
    for (topic, own) in Dictionary(grouping: untidied, by: \.topic) {
      try context.store.removeUploads(under: layout.naming.prefix(topic: topic)) { name in
        own.contains { layout.naming.isOwn(name, $0) }
      }
    }
    untidied = []
  }

  // MARK: - Records

  private func take(
    _ record: Record, of batch: RecordBatch, _ writer: PartitionWriter, now: Int64
  ) throws(RecordTrouble) {
    let value = try values.read(record.value, of: batch)
    if value.kind == .null {
      switch config.nullValues {
      case .ignore:
        guard reportsNullValues else { return writer.skip(record.offset) }
        throw .record(.task(.objectNullValue, "has no value"))
      case .fail: throw .record(.task(.objectNullValue, "has no value"))
      case .write: break
      }
    }
    let key = config.readsKeys ? try keys.read(record.key, of: batch) : Datum.null
    let view = RecordView(batch: batch, record: record, value: value, key: key)
    let placement: Placement
    do throws(RecordRefusal) {
      if layout.keys != nil, key.kind == .null {
        throw .task(.objectFormat, "has no key, and store.kafka.keys asks for it")
      }
      placement = try partitioner.place(view, now: now)
    } catch { throw .record(error) }
    try writer.take(view, placement, now: now)
  }

  private func reject(
    _ problem: RecordRefusal, _ index: Int, of batch: RecordBatch, _ rejected: any RejectionHandler
  ) throws {
    let record = batch.records[index]
    let place =
      "topic \(batch.topics[Int(record.topic)]), partition \(record.partition), offset \(record.offset)"
    let rejection = Rejection(
      record: index, error: CDCError(problem.code, "The record at \(place) \(problem.text)"), stage: problem.stage,
      className: problem.className)
    guard rejected.accepts(rejection, of: batch) else {
      try finish()
      throw rejection.error
    }
    try rejected.park([rejection], of: batch)
  }

  private func writer(of record: Record, in batch: RecordBatch) throws(CDCError) -> PartitionWriter {
    let topic = record.consumedTopic
    if let current, current.topic == topic, current.partition == record.partition { return current.writer }
    let partition = TopicPartition(topic: batch.topics[Int(topic)], partition: record.partition)
    let writer: PartitionWriter
    if let known = writers[partition] {
      writer = known
    } else {
      guard let session else { throw CDCError(.objectStoreUnavailable, "The object store is not open") }
      writer = PartitionWriter(
        partition, position: record.offset, rules: rules, layout: layout, budget: session.budget,
        uploader: session.uploader,
        opening: { [unowned self] topic throws(CDCError) in try claim(topic, for: partition) },
        closed: { [unowned self] writer throws(CDCError) in
          if rules.isByWallClock { try context.commit([writer.partition: writer.durable]) }
        })
      writers[partition] = writer
      reported[partition] = record.offset
      lost[partition] = nil
    }
    current = (topic, record.partition, writer)
    return writer
  }

  /// Two partitions must not make objects of one name.
  private func claim(_ topic: String, for partition: TopicPartition) throws(CDCError) {
    guard !partition.topic.contains("/") else { return }
    let name = TopicPartition(topic: topic, partition: partition.partition)
    if let owner = owners[name], owner != partition {
      throw CDCError(
        .objectNameShared,
        "records of the topics \(owner.topic) and \(partition.topic) both have the topic \(topic) behind the stages")
    }
    owners[name] = partition
  }

  /// The durable offsets that moved since they were told last.
  private func moved() -> [TopicPartition: Int64] {
    var moved: [TopicPartition: Int64] = [:]
    for (partition, writer) in writers {
      let durable = writer.durable
      if durable > reported[partition] ?? -1 {
        moved[partition] = durable
        reported[partition] = durable
      }
    }
    return moved
  }
}
