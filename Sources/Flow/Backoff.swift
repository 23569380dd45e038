/// Waiting times between tries that double up to a cap, with full jitter so that many tasks don't come back together.
public struct Backoff: Sendable {
  private let first: Duration
  private let cap: Duration
  private var current: Duration
  /// Tries that failed in a row.
  public private(set) var attempts = 0

  /// Waits of up to `first`, then twice that, up to `cap`.
  public init(first: Duration, cap: Duration) {
    self.first = first
    self.cap = cap
    current = first
  }

  /// The wait before the next try: a random part, at least half, of the current step.
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    attempts += 1
    let step = current
    current = min(current * 2, cap)
    return step * Double.random(in: 0.5...1, using: &generator)
  }

  /// The wait before the next try, with the system's randomness.
  public mutating func next() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return next(using: &generator)
  }

  /// A try succeeded.
  public mutating func reset() {
    attempts = 0
    current = first
  }
}
