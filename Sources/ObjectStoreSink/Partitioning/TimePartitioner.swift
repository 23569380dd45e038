internal import ChangeModel
internal import JSON

/// Where a record's time comes from (`timestamp.extractor`).
enum TimeSource {
  case wallClock
  case record
  case field(String)

  /// Milliseconds since 1970.
  func time(of view: RecordView, now: Int64) throws(RecordRefusal) -> Int64 {
    switch self {
    case .wallClock: return now
    case .record:
      guard let time = view.timestamp else { throw .task(.objectNoPartition, "has no timestamp") }
      return time
    case .field(let name):
      guard let time = try Self.time(of: name, view) else {
        throw .task(.objectNoPartition, "has in the field \(name) nothing that is a time")
      }
      return time
    }
  }

  private static func time(of name: String, _ view: RecordView) throws(RecordRefusal) -> Int64? {
    switch view.value.kind {
    case .avro:
      guard let schema = view.value.schema else { return nil }
      switch try schema.path(name).value(in: view.value.bytes) {
      case .integer(let number): return number
      case .text(let text): return ISOTime.milliseconds(text)
      case .null, .boolean, .other: return nil
      }
    case .json:
      var value = try? JSONValue(parsing: view.value.bytes)
      for part in name.split(separator: ".") { value = value?.object?[String(part)] }
      switch value {
      case .number(let text): return Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
      case .string(let text): return ISOTime.milliseconds(text)
      default: return nil
      }
    case .null, .text, .bytes: return nil
    }
  }
}

/// Folders by time, Confluent's TimeBasedPartitioner: the time is cut down to a multiple of the duration on the zone's own
/// clock, then written by the pattern.
final class TimePartitioner: Partitioner {
  private let source: TimeSource
  private let duration: Int64
  private let pattern: JodaPattern
  private let zone: TimeZoneTable
  private var folders: [Int64: Folder] = [:]
  private var last: (bucket: Int64, folder: Folder)?

  init(source: TimeSource, duration: Int64, pattern: JodaPattern, zone: TimeZoneTable) {
    self.source = source
    self.duration = max(duration, 1)
    self.pattern = pattern
    self.zone = zone
  }

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement {
    let time = try source.time(of: view, now: now)
    guard abs(time) < Self.limit else { throw .task(.objectNoPartition, "has a time that is out of range") }
    let bucket = zone.local(fromUTC: time) / duration
    if let last, last.bucket == bucket { return Placement(folder: last.folder, time: time) }
    let folder = folder(bucket)
    last = (bucket, folder)
    return Placement(folder: folder, time: time)
  }

  /// The first millisecond of year 292,000,000 or so overflows Java's too.
  private static let limit: Int64 = 9_000_000_000_000_000

  private func folder(_ bucket: Int64) -> Folder {
    if let known = folders[bucket] { return known }
    if folders.count > 4096 { folders.removeAll() }
    let folder = Folder(pattern.text(of: zone.utc(fromLocal: bucket * duration), in: zone))
    folders[bucket] = folder
    return folder
  }
}
