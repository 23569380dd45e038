internal import CSystem

/// The wall clock and the monotonic clock as plain numbers, for code that asks often.
public enum SystemTime {
  /// Nanoseconds since 1970.
  public static var wallNanoseconds: Int64 { read(CLOCK_REALTIME) }
  /// Microseconds since 1970.
  public static var wallMicroseconds: Int64 { read(CLOCK_REALTIME) / 1000 }
  /// Nanoseconds since some fixed moment; never goes back.
  public static var monotonicNanoseconds: Int64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
