/// A value that a log line's field can have.
public protocol LogValue: Sendable {
  /// The value as one of the kinds that a line can show.
  var logScalar: LogScalar { get }
}

/// The kinds of values in a log line.
public enum LogScalar: Sendable, Equatable {
  /// A text.
  case text(String)
  /// A whole number, or one too large for a double.
  case integer(String)
  /// A number.
  case number(Double)
  /// `true` or `false`.
  case flag(Bool)
}

extension String: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .text(self) }
}

extension Substring: LogValue {
  /// Its text.
  public var logScalar: LogScalar { .text(String(self)) }
}

extension Int: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .integer(String(self)) }
}

extension Int64: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .integer(String(self)) }
}

extension Int32: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .integer(String(self)) }
}

extension UInt64: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .integer(String(self)) }
}

extension Double: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .number(self) }
}

extension Bool: LogValue {
  /// Itself.
  public var logScalar: LogScalar { .flag(self) }
}

extension Duration: LogValue {
  /// Its seconds.
  public var logScalar: LogScalar {
    .number(Double(components.seconds) + Double(components.attoseconds) / 1e18)
  }
}

/// A log line's fields, in order.
public struct LogFields: Sendable, ExpressibleByDictionaryLiteral {
  private(set) var pairs: [(name: String, value: LogScalar)]

  /// Fields written as a literal.
  public init(dictionaryLiteral elements: (String, any LogValue)...) {
    pairs = elements.map { (Self.fullName($0.0), $0.1.logScalar) }
  }

  /// No fields.
  public init() { pairs = [] }

  /// Adds a field, or replaces the one of this name.
  public mutating func set(_ name: String, _ value: any LogValue) {
    let full = Self.fullName(name)
    if let index = pairs.firstIndex(where: { $0.name == full }) {
      pairs[index].value = value.logScalar
    } else {
      pairs.append((full, value.logScalar))
    }
  }

  /// These fields, then the others; of two with one name the other's value counts.
  func merging(_ others: LogFields) -> LogFields {
    guard !pairs.isEmpty else { return others }
    var merged = self
    for pair in others.pairs {
      if let index = merged.pairs.firstIndex(where: { $0.name == pair.name }) {
        merged.pairs[index].value = pair.value
      } else {
        merged.pairs.append(pair)
      }
    }
    return merged
  }

  /// Field sets of the Elastic Common Schema that lines use; everything else of ours goes under `cdc.`.
  private static let commonSets: Set<Substring> = [
    "cdc", "error", "event", "http", "url", "client", "server", "process", "host", "service", "user_agent", "labels",
    "file", "tls", "network", "trace", "span", "transaction",
  ]

  private static func fullName(_ name: String) -> String {
    let set = name.prefix { $0 != "." }
    return set.utf8.count < name.utf8.count && commonSets.contains(set) ? name : "cdc." + name
  }
}
