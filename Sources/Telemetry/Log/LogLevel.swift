/// How much a log line matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  /// Every step.
  case trace
  /// What helps to find an error.
  case debug
  /// What an operator wants to read.
  case info
  /// Something to look at; the work goes on.
  case warn
  /// Something failed.
  case error
  /// No line has this level; a logger at it is silent.
  case off

  /// The level of a name in any case: also `warning`, and `fatal`, which counts as error.
  public init?(_ name: String) {
    switch name.lowercased() {
    case "trace", "all": self = .trace
    case "debug": self = .debug
    case "info": self = .info
    case "warn", "warning": self = .warn
    case "error", "fatal": self = .error
    case "off": self = .off
    default: return nil
    }
  }

  /// `info`.
  public var name: String {
    switch self {
    case .trace: "trace"
    case .debug: "debug"
    case .info: "info"
    case .warn: "warn"
    case .error: "error"
    case .off: "off"
    }
  }

  /// Less matters less.
  public static func < (one: LogLevel, other: LogLevel) -> Bool { one.rawValue < other.rawValue }
}
