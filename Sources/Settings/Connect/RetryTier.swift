/// A wait of `errors.retry.tiers`: `500ms`, `5s`, `10m`, `2h` or `1d`.
public struct RetryTier: Sendable, Hashable {
  /// As it is written: the end of its topic's name.
  public let name: String
  /// The wait, in milliseconds.
  public let milliseconds: Int64

  /// Reads a wait; nil: it is none, or longer than a year.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let number = Int64(digits), number > 0, let unit = units[String(text.dropFirst(digits.count))] else {
      return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow, product <= 366 * 86_400_000 else { return nil }
    name = text
    milliseconds = product
  }
}
