public import JSON

/// The keys that a connector, converter or transform takes.
public struct ConfigDefinition: Sendable {
  /// The declarations, in the order in which they are shown.
  public let keys: [KeyDefinition]
  private let exact: [String: Int]
  private let prefixes: [(prefix: String, index: Int)]

  /// A definition of these keys; of two with one name, the later wins at the earlier one's place.
  public init(_ keys: [KeyDefinition]) {
    var unique: [KeyDefinition] = []
    var places: [String: Int] = [:]
    for key in keys {
      if let place = places[key.name] {
        unique[place] = key
      } else {
        places[key.name] = unique.count
        unique.append(key)
      }
    }
    self.keys = unique
    exact = places.filter { unique[$0.value].prefix == nil }
    prefixes = unique.enumerated()
      .compactMap { index, key in key.prefix.map { (prefix: String($0), index: index) } }
      .sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  /// This definition with more keys behind its own; one with a known name takes the known one's place.
  public func adding(_ more: [KeyDefinition]) -> ConfigDefinition { ConfigDefinition(keys + more) }

  /// The declaration that a key of a configuration falls under: its own, else that of the longest prefix.
  public func definition(of key: String) -> KeyDefinition? {
    if let index = exact[key] { return keys[index] }
    // A prefix alone is no key: something must follow it.
    return prefixes.first { key.hasPrefix($0.prefix) && key.utf8.count > $0.prefix.utf8.count }.map { keys[$0.index] }
  }

  /// Parses a configuration of strings (numbers and booleans count as their text, null as not given), resolving
  /// references to secrets. What is wrong is collected in the result's `problems`.
  public func parse(_ raw: JSONObject, secrets: SecretResolver = .system) -> ParsedConfig {
    var parser = ConfigParser(definition: self, secrets: secrets)
    return parser.parse(raw)
  }

  /// The known key that an unknown one was probably meant to be.
  public func nearest(to key: String) -> String? {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false)
    let prefixed = prefixes.compactMap { prefix, _ -> String? in
      let depth = prefix.split(separator: ".").count
      guard parts.count > depth else { return nil }
      return prefix + parts[depth...].joined(separator: ".")
    }
    return NearestName.of(key, among: exact.keys.sorted() + prefixed.sorted())
  }
}
