internal import ChangeModel

/// When a partition's files are closed.
struct RotationRules {
  /// Records of the partition over all its files (`flush.size`).
  var records: Int?
  /// Records of one file (Aiven's `file.max.records`).
  var fileRecords: Int?
  /// Time of records, in milliseconds (`rotate.interval.ms`); nil: none.
  var interval: Int64?
  /// Whether a change of folder closes them, where there is an interval (`rotate.file.on.partition.change`).
  var onFolderChange = true
  /// The folder of tombstones, into and out of which a change closes nothing.
  var tombstoneFolder: String?
  /// Whether a file holds either values or tombstones.
  var separatesTombstones = true
  /// Files at most (`partitioner.max.open.files`).
  var openFiles: Int?
  /// By the wall clock; nil: never.
  var schedule: Schedule?
  /// Whether records of one file need one schema.
  var compatibility = SchemaCompatibility.none

  /// Rotation by the wall clock.
  enum Schedule {
    /// Every so many milliseconds since midnight in a zone (`rotate.schedule.interval.ms`).
    case sinceMidnight(interval: Int64, TimeZoneTable)
    /// So many milliseconds after the first record.
    case afterFirst(interval: Int64)

    /// The next time, behind `now`.
    func next(after now: Int64) -> Int64 {
      switch self {
      case .afterFirst(let interval): return now + interval
      case .sinceMidnight(let interval, let zone):
        let civil = CivilTime(local: zone.local(fromUTC: now))
        let days = Int64(CivilTime.days(civil.year, civil.month, civil.day))
        let start = zone.utc(fromLocal: days * 86_400_000)
        let end = zone.utc(fromLocal: (days + 1) * 86_400_000)
        return start + min(((now - start) / interval + 1) * interval, end - start)
      }
    }
  }

  /// Whether files are closed by the wall clock, so that a replay may close them elsewhere.
  var isByWallClock: Bool { schedule != nil }
}
