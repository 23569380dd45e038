/// The levels that were set, by name; a name without one has that of the nearest name above it.
struct LogLevels {
  static let rootName = "root"

  private var root = LogLevel.info
  private var rootModified: Int64?
  private var own: [String: (level: LogLevel, modified: Int64)] = [:]

  /// Every name whose level was set, and the root.
  var names: Set<String> { Set(own.keys).union([Self.rootName]) }

  mutating func setRoot(_ level: LogLevel) { root = level }

  func level(of name: String) -> LogLevel { nearest(name)?.level ?? root }

  func info(of name: String) -> LogSystem.LevelInfo {
    let found = name == Self.rootName ? nil : nearest(name)
    return LogSystem.LevelInfo(
      name: name, level: found?.level ?? root, lastModified: found == nil ? rootModified : found?.modified)
  }

  /// Sets a name's level and takes the levels of all names below it away.
  mutating func set(_ level: LogLevel, of name: String, known: Set<String>, at milliseconds: Int64) -> [String] {
    let all = known.union(names)
    if name == Self.rootName {
      root = level
      rootModified = milliseconds
      own = [:]
      return all.sorted()
    }
    own = own.filter { !Self.isSame($0.key, orBelow: name) }
    own[name] = (level, milliseconds)
    return all.filter { Self.isSame($0, orBelow: name) }.union([name]).sorted()
  }

  static func isSame(_ name: String, orBelow other: String) -> Bool {
    name == other || (name.hasPrefix(other) && name.dropFirst(other.count).first == ".")
  }

  private func nearest(_ name: String) -> (level: LogLevel, modified: Int64)? {
    var name = Substring(name)
    while true {
      if let found = own[String(name)] { return found }
      guard let dot = name.lastIndex(of: ".") else { return nil }
      name = name[..<dot]
    }
  }
}
