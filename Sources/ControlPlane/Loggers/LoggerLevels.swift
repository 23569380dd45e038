internal import Synchronization

/// The levels of the loggers as Kafka Connect's REST interface shows and sets them: a tree by the dots in the names,
/// with `root` above all.
public final class LoggerLevels: Sendable {
  /// A level. `FATAL`, `OFF` and `ALL` come from Connect's tools.
  public enum Level: String, Sendable {
    /// Nothing.
    case off = "OFF"
    /// The worst errors.
    case fatal = "FATAL"
    /// Errors.
    case error = "ERROR"
    /// Warnings and worse.
    case warn = "WARN"
    /// What an operator wants to know, and worse.
    case info = "INFO"
    /// What helps to find faults, and worse.
    case debug = "DEBUG"
    /// Every step.
    case trace = "TRACE"
    /// Everything there is.
    case all = "ALL"
  }

  /// A logger's level.
  public struct Setting: Sendable, Equatable {
    /// The level.
    public var level: Level
    /// When it was last set, in milliseconds since 1970; nil: never.
    public var lastModified: Int64?
  }

  private let settings: Mutex<[String: Setting]>
  private let now: @Sendable () -> Int64
  private let apply: @Sendable (_ logger: String, _ level: Level) -> Void

  /// Levels of these loggers and of `root`. `now` is the time in milliseconds since 1970; `apply` makes a level work.
  public init(
    root: Level, loggers: [String], now: @escaping @Sendable () -> Int64,
    apply: @escaping @Sendable (_ logger: String, _ level: Level) -> Void
  ) {
    var initial = ["root": Setting(level: root)]
    for name in loggers { initial[name] = Setting(level: root) }
    settings = Mutex(initial)
    self.now = now
    self.apply = apply
  }

  /// All loggers by name.
  func all() -> [(name: String, setting: Setting)] {
    settings.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }

  /// One logger's level; nil: there is none of this name.
  func setting(of name: String) -> Setting? { settings.withLock { $0[name] } }

  /// Sets a logger, those below it, and makes it if it isn't there. Returns the sorted names of those that it changed.
  func set(_ name: String, to level: Level) -> [String] {
    let time = now()
    let changed = settings.withLock { settings in
      if settings[name] == nil { settings[name] = Setting(level: level, lastModified: nil) }
      let below = settings.keys.filter { name == "root" || $0 == name || $0.hasPrefix(name + ".") }
      let changed = below.filter {
        settings[$0] != Setting(level: level, lastModified: settings[$0]?.lastModified ?? -1)
      }
      for logger in changed { settings[logger] = Setting(level: level, lastModified: time) }
      return changed.sorted()
    }
    for logger in changed { apply(logger, level) }
    return changed
  }
}
