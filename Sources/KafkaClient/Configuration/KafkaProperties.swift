/// Properties of a Kafka client under librdkafka's names, in order; a name occurs once.
public struct KafkaProperties: Sendable, Equatable, CustomStringConvertible {
  /// Name and value, in the order in which the names were first set.
  public private(set) var pairs: [(name: String, value: String)] = []

  /// No properties.
  public init() {}

  /// Properties from pairs; a later one replaces an earlier one of the same name.
  public init(_ pairs: [(String, String)]) { for (name, value) in pairs { self[name] = value } }

  /// A property's value; setting nil removes it.
  public subscript(name: String) -> String? {
    get { pairs.first { $0.name == name }?.value }
    set {
      let place = pairs.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): pairs[place].value = value
      case (let place?, nil): pairs.remove(at: place)
      case (nil, let value?): pairs.append((name, value))
      case (nil, nil): break
      }
    }
  }

  /// Sets a property that is not set yet.
  public mutating func setDefault(_ name: String, _ value: String) { if self[name] == nil { self[name] = value } }

  /// These properties with `others` on top.
  public func merging(_ others: KafkaProperties) -> KafkaProperties {
    var merged = self
    for pair in others.pairs { merged[pair.name] = pair.value }
    return merged
  }

  /// Whether a property's value must not be shown.
  public static func isSecret(_ name: String) -> Bool {
    ["password", "secret", "jaas", "key.pem", "token", "sasl.oauthbearer.config"].contains { name.contains($0) }
  }

  /// `name=value` pairs; secrets as `***`.
  public var description: String {
    pairs.map { "\($0.name)=\(Self.isSecret($0.name) ? "***" : $0.value)" }.joined(separator: " ")
  }

  /// Equal names and values in the same order.
  public static func == (left: KafkaProperties, right: KafkaProperties) -> Bool {
    left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
  }
}
