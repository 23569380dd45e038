internal import ChangeModel

/// Names by `file.name.template`, as Aiven's sink makes them: the offset is that of the first record since the last
/// flush, the timestamp that of the record.
struct TemplateNaming: ObjectNaming {
  /// `file.name.template`
  var template: NameTemplate

  func name(_ origin: ObjectOrigin) -> String {
    let times = origin.folder.times
    var unit = 0
    return template.text { name, parameter in
      switch name {
      case "topic": return origin.fileTopic
      case "partition": return Self.number(Int64(origin.source.partition), parameter == "true" ? 10 : 0)
      case "start_offset": return Self.number(origin.head, parameter == "true" ? 20 : 0)
      default:
        defer { unit += 1 }
        return unit < times.count ? times[unit] : ""
      }
    }
  }

  func isOwn(_ name: String, _ partition: TopicPartition) -> Bool {
    var prefix = ""
    var hasPartition = false
    for part in template.parts {
      switch part {
      case .text(let text): prefix += text
      case .variable("topic", _, _): prefix += partition.topic
      case .variable("partition", _, let padding):
        prefix += Self.number(Int64(partition.partition), padding == "true" ? 10 : 0)
        hasPartition = true
      case .variable: return hasPartition && name.hasPrefix(prefix)
      }
    }
    return hasPartition && name.hasPrefix(prefix)
  }

  func prefix(topic: String) -> String {
    var prefix = ""
    for part in template.parts {
      switch part {
      case .text(let text): prefix += text
      case .variable("topic", _, _): prefix += topic
      case .variable: return prefix
      }
    }
    return prefix
  }

  static func number(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
  }
}

/// Names of Aiven's sink when `aws.s3.prefix` is given: the prefix, then topic, partition and padded offset.
struct PrefixNaming: ObjectNaming {
  /// `aws.s3.prefix`
  var template: NameTemplate
  /// The wall clock's date in UTC, for `utc_date` and `local_date`.
  var date: @Sendable () -> String

  func name(_ origin: ObjectOrigin) -> String {
    let times = origin.folder.times
    var unit = 0
    let prefix = template.text { name, parameter in
      switch name {
      case "topic": return origin.fileTopic
      case "partition": return "\(origin.source.partition)"
      case "start_offset": return TemplateNaming.number(origin.head, parameter == "true" ? 20 : 0)
      case "utc_date", "local_date": return date()
      default:
        defer { unit += 1 }
        return unit < times.count ? times[unit] : ""
      }
    }
    return "\(prefix)\(origin.fileTopic)-\(origin.source.partition)-\(TemplateNaming.number(origin.head, 20))"
  }

  func isOwn(_ name: String, _ partition: TopicPartition) -> Bool {
    name.contains("\(partition.topic)-\(partition.partition)-")
  }

  func prefix(topic: String) -> String { TemplateNaming(template: template).prefix(topic: topic) }
}

/// The folders of a template: its timestamps, joined by a character that no name has.
final class TemplatePartitioner: Partitioner {
  private let source: TimeSource
  private let patterns: [JodaPattern]
  private let zone: TimeZoneTable
  private var folders: [Int64: Folder] = [:]
  private var last: (hour: Int64, folder: Folder)?

  init(source: TimeSource, patterns: [JodaPattern], zone: TimeZoneTable) {
    self.source = source
    self.patterns = patterns
    self.zone = zone
  }

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement {
    let time = try source.time(of: view, now: now)
    let hour = zone.local(fromUTC: time) / 3_600_000
    if let last, last.hour == hour { return Placement(folder: last.folder) }
    if folders.count > 4096 { folders.removeAll() }
    let path = patterns.map { $0.text(of: time, in: zone) }.joined(separator: "\u{0}")
    // Templates without hours have one folder for many of them.
    let folder = folders[hour] ?? folders.values.first { $0.path == path } ?? Folder(path)
    folders[hour] = folder
    last = (hour, folder)
    return Placement(folder: folder)
  }
}

extension Folder {
  /// The timestamps of a template's folder.
  fileprivate var times: [String] { path.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init) }
}
