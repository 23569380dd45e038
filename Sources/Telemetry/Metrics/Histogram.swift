internal import Synchronization

/// Counts of observations by size. Any thread may observe.
public final class Histogram: Sendable {
  /// Bounds in seconds that fit latencies from a millisecond to ten minutes.
  public static let latencyBounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600,
  ]

  let bounds: [Double]
  private let buckets: [Bucket]
  private let total = Atomic<UInt64>(0)

  private final class Bucket: Sendable {
    let count = Atomic<UInt64>(0)
  }

  init(bounds: [Double]) {
    self.bounds = Set(bounds.filter { $0.isFinite }).sorted()
    buckets = (0...self.bounds.count).map { _ in Bucket() }
  }

  /// Notes an observation, `times` times.
  public func observe(_ value: Double, times: Int = 1) {
    guard times > 0, !value.isNaN else { return }
    let index = bounds.firstIndex { value <= $0 } ?? bounds.count
    buckets[index].count.wrappingAdd(UInt64(times), ordering: .relaxed)
    total.addDouble(value * Double(times))
  }

  /// Notes a duration in seconds.
  public func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    observe(Double(seconds) + Double(attoseconds) / 1e18)
  }

  /// Observations up to each bound and in all, and their sum.
  var reading: (cumulative: [UInt64], sum: Double) {
    var sum: UInt64 = 0
    let cumulative = buckets.map { bucket in
      sum += bucket.count.load(ordering: .relaxed)
      return sum
    }
    return (cumulative, Double(bitPattern: total.load(ordering: .relaxed)))
  }

  /// Observations so far.
  public var count: UInt64 { reading.cumulative.last ?? 0 }
}
