public import Synchronization

/// A named logger: a small value to keep in a property. A line below its level costs one load and a comparison; message
/// and fields are not even built.
///
/// Lines hold sentences, names, positions and counts. Row values and secrets are never handed in.
public struct Log: Sendable {
  /// The name, parts separated by dots: `cdc.source.postgres`.
  public let name: String
  @usableFromInline let threshold: LogThreshold
  private let system: LogSystem
  private let context: LogFields

  /// A logger of this name.
  public init(_ name: String, system: LogSystem = .shared) {
    self.init(name, system, system.threshold(of: name), LogFields())
  }

  private init(_ name: String, _ system: LogSystem, _ threshold: LogThreshold, _ context: LogFields) {
    self.name = name
    self.system = system
    self.threshold = threshold
    self.context = context
  }

  /// The same logger with fields that every line of it gets.
  public func with(_ fields: LogFields) -> Log { Log(name, system, threshold, context.merging(fields)) }

  /// Whether lines of a level are written.
  @inlinable public func isEnabled(_ level: LogLevel) -> Bool { level.rawValue >= threshold.level }

  /// Writes a line, if its level is enabled.
  @inlinable public func log(
    _ level: LogLevel, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()
  ) {
    if isEnabled(level) { write(level, message(), fields()) }
  }

  /// Every step.
  @inlinable public func trace(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()
  ) {
    if isEnabled(.trace) { write(.trace, message(), fields()) }
  }

  /// What helps to find an error.
  @inlinable public func debug(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()
  ) {
    if isEnabled(.debug) { write(.debug, message(), fields()) }
  }

  /// What an operator wants to read.
  @inlinable public func info(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()
  ) {
    if isEnabled(.info) { write(.info, message(), fields()) }
  }

  /// Something to look at; the work goes on.
  @inlinable public func warn(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()
  ) {
    if isEnabled(.warn) { write(.warn, message(), fields()) }
  }

  /// Something failed. The fields for it are `error.code` and `error.message`.
  @inlinable public func error(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()
  ) {
    if isEnabled(.error) { write(.error, message(), fields()) }
  }

  @usableFromInline func write(_ level: LogLevel, _ message: String, _ fields: LogFields) {
    system.write(level, name, message, context.merging(fields))
  }
}

/// The lowest level that a logger writes, for all values of its name.
@usableFromInline final class LogThreshold: Sendable {
  @usableFromInline let stored: Atomic<Int>

  init(_ level: LogLevel) { stored = Atomic(level.rawValue) }

  @inlinable var level: Int { stored.load(ordering: .relaxed) }

  func set(_ level: LogLevel) { stored.store(level.rawValue, ordering: .relaxed) }
}
