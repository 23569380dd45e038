internal import Synchronization

/// A number that only grows. Any thread may add.
public final class Counter: Sendable {
  private let stored = Atomic<UInt64>(0)

  init() {}

  /// Adds to it; a negative number counts as zero.
  public func add(_ count: Int = 1) {
    if count > 0 { stored.wrappingAdd(UInt64(count), ordering: .relaxed) }
  }

  /// Its value now.
  public var value: UInt64 { stored.load(ordering: .relaxed) }
}

/// A number that goes up and down. Any thread may set it.
public final class Gauge: Sendable {
  private let stored = Atomic<UInt64>(0)

  init() {}

  /// Sets it.
  public func set(_ value: Double) { stored.store(value.bitPattern, ordering: .relaxed) }

  /// Sets it.
  public func set(_ value: Int) { set(Double(value)) }

  /// Adds to it.
  public func add(_ change: Double) { stored.addDouble(change) }

  /// Its value now.
  public var value: Double { Double(bitPattern: stored.load(ordering: .relaxed)) }
}

extension Atomic<UInt64> {
  /// Adds to the double whose bits are stored.
  func addDouble(_ change: Double) {
    var old = load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: old) + change
      let (exchanged, found) = compareExchange(expected: old, desired: sum.bitPattern, ordering: .relaxed)
      if exchanged { return }
      old = found
    }
  }
}
