internal import Glibc
internal import Synchronization

/// Where lines go, how they look and which are written. One per process; tests make their own.
public final class LogSystem: Sendable {
  /// How lines look.
  public enum Format: String, Sendable {
    /// One JSON object a line, by the names of the Elastic Common Schema.
    case json
    /// One readable line.
    case text
  }

  /// The process's own: standard error, JSON, level info.
  public static let shared = LogSystem()

  private let state: Mutex<State>
  private let output: LogOutput

  private struct State {
    var format: Format
    var serviceName: String
    var levels = LogLevels()
    var thresholds: [String: LogThreshold] = [:]
  }

  /// A system that writes to a file descriptor.
  public convenience init(descriptor: Int32 = 2, format: Format = .json, serviceName: String = "cdcd") {
    self.init(output: LogOutput(descriptor: descriptor), format, serviceName)
  }

  /// A system that hands each line, with its line break, to a closure.
  public convenience init(
    format: Format = .json, serviceName: String = "cdcd", write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.init(output: LogOutput(write: write), format, serviceName)
  }

  private init(output: LogOutput, _ format: Format, _ serviceName: String) {
    self.output = output
    state = Mutex(State(format: format, serviceName: serviceName))
  }

  /// Sets how lines look and the level of all loggers that have none of their own.
  public func configure(level: LogLevel, format: Format) {
    state.withLock { state in
      state.format = format
      state.levels.setRoot(level)
      for (name, threshold) in state.thresholds { threshold.set(state.levels.level(of: name)) }
    }
  }

  // MARK: Levels at run time

  /// A logger's level and when it was last set.
  public struct LevelInfo: Sendable, Equatable {
    /// The logger's name; `root` for all that have no level of their own.
    public var name: String
    /// The lowest level that it writes.
    public var level: LogLevel
    /// When it was set at run time, milliseconds since 1970; nil: never.
    public var lastModified: Int64?
  }

  /// The root, every logger in use and every name whose level was set, sorted.
  public func levels() -> [LevelInfo] {
    state.withLock { state in
      Set(state.thresholds.keys).union(state.levels.names).sorted().map { state.levels.info(of: $0) }
    }
  }

  /// The level of a logger; nil: there is none of this name or below it.
  public func level(of name: String) -> LevelInfo? {
    state.withLock { state in
      let isKnown =
        state.levels.names.contains(name)
        || state.thresholds.keys.contains { LogLevels.isSame($0, orBelow: name) }
      return isKnown ? state.levels.info(of: name) : nil
    }
  }

  /// Sets the level of a logger and of all below it (`root`: of all). Returns the names whose level it set, sorted.
  @discardableResult public func setLevel(_ level: LogLevel, of name: String) -> [String] {
    state.withLock { state in
      let affected = state.levels.set(level, of: name, known: Set(state.thresholds.keys), at: Self.now() / 1_000_000)
      for (name, threshold) in state.thresholds { threshold.set(state.levels.level(of: name)) }
      return affected
    }
  }

  func threshold(of name: String) -> LogThreshold {
    state.withLock { state in
      if let known = state.thresholds[name] { return known }
      let threshold = LogThreshold(state.levels.level(of: name))
      state.thresholds[name] = threshold
      return threshold
    }
  }

  // MARK: Lines

  func write(_ level: LogLevel, _ logger: String, _ message: String, _ fields: LogFields) {
    let line = LogLine(
      nanoseconds: Self.now(), level: level, logger: logger, message: message, fields: fields.pairs)
    let (format, serviceName) = state.withLock { ($0.format, $0.serviceName) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    switch format {
    case .json: line.appendJSON(serviceName: serviceName, to: &bytes)
    case .text: line.appendText(to: &bytes)
    }
    bytes.append(0x0A)
    output.write(bytes)
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
