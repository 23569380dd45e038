public import ChangeModel
public import HTTPClient

/// How to reach a schema registry, from a converter's own keys (those of Confluent's serializers).
public struct RegistryOptions: Sendable {
  /// Base addresses, tried in turn.
  public var urls: [String]
  /// TLS and authentication.
  public var client: HTTPClientOptions

  /// A registry at these addresses.
  public init(urls: [String], client: HTTPClientOptions = HTTPClientOptions()) {
    self.urls = urls
    self.client = client
  }

  /// Reads a converter's keys, given without the converter's prefix. Keys that only tune the Java client are accepted.
  /// Throws `converterKey` for the first that can't be obeyed.
  public init(converter options: [(name: String, value: String)]) throws(CDCError) {
    self.init(urls: [])
    var keys: [String: String] = [:]
    for option in options {
      try Self.check(option.name, option.value)
      keys[option.name] = option.value
    }
    urls = (keys["schema.registry.url"] ?? "").split(separator: ",").map {
      var url = String($0).trimmingSpaces
      while url.hasSuffix("/") { url.removeLast() }
      return url
    }
    guard !urls.isEmpty else {
      throw CDCError(
        .converterKey, "the Avro converter has no schema.registry.url, and the engine has no registry either")
    }
    client.authentication = try Self.authentication(keys)
    client.tls = try Self.tls(keys)
  }

  private static let supported: Set<String> = [
    "schema.registry.url", "auto.register.schemas", "use.latest.version", "ignore.default.for.nullables",
    "basic.auth.credentials.source", "basic.auth.user.info", "schema.registry.basic.auth.user.info",
    "bearer.auth.credentials.source", "bearer.auth.token", "schema.registry.ssl.truststore.type",
    "schema.registry.ssl.truststore.location", "schema.registry.ssl.truststore.certificates",
    "schema.registry.ssl.keystore.type", "schema.registry.ssl.keystore.location",
    "schema.registry.ssl.keystore.certificate.chain", "schema.registry.ssl.keystore.key",
    "schema.registry.ssl.key.password", "schema.registry.ssl.endpoint.identification.algorithm", "schemas.enable",
  ]
  private static let tuning: Set<String> = [
    "schemas.cache.config", "max.schemas.per.subject", "schemas.cache.size", "latest.cache.size",
    "latest.cache.ttl.sec", "http.connect.timeout.ms", "http.read.timeout.ms", "normalize.schemas",
    "latest.compatibility.strict", "missing.id.cache.ttl.sec", "missing.version.cache.ttl.sec",
    "missing.schema.cache.ttl.sec",
  ]
  private static let onlyAtDefault: [String: [String]] = [
    "enhanced.avro.schema.support": ["false"], "connect.meta.data": ["true"], "allow.optional.map.keys": ["false"],
    "flatten.unions": ["false"], "discard.type.doc.default": ["false"], "scrub.invalid.names": ["false"],
    "generalized.sum.type.support": ["false"], "avro.use.logical.type.converters": ["false"],
    "key.subject.name.strategy": ["io.confluent.kafka.serializers.subject.TopicNameStrategy"],
    "value.subject.name.strategy": ["io.confluent.kafka.serializers.subject.TopicNameStrategy"],
  ]

  private static func check(_ name: String, _ value: String) throws(CDCError) {
    if supported.contains(name) || tuning.contains(name) { return }
    if let defaults = onlyAtDefault[name] {
      guard !defaults.contains(value) else { return }
      throw CDCError(
        .converterKey, "the Avro converter's key \(name) is not supported yet with another value than \(defaults[0])")
    }
    throw CDCError(.converterKey, "the Avro converter has no key \(name) that is supported")
  }

  private static func authentication(_ keys: [String: String]) throws(CDCError) -> HTTPAuthentication? {
    switch keys["basic.auth.credentials.source"] ?? "URL" {
    case "USER_INFO":
      let info = keys["basic.auth.user.info"] ?? keys["schema.registry.basic.auth.user.info"] ?? ""
      guard let colon = info.firstIndex(of: ":") else {
        throw CDCError(.converterKey, "basic.auth.user.info must be user:password")
      }
      return .basic(user: String(info[..<colon]), password: String(info[info.index(after: colon)...]))
    case "URL": break
    case let other:
      throw CDCError(.converterKey, "basic.auth.credentials.source \(other) is not supported: use USER_INFO or URL")
    }
    guard let source = keys["bearer.auth.credentials.source"] else { return nil }
    guard source == "STATIC_TOKEN", let token = keys["bearer.auth.token"] else {
      throw CDCError(
        .converterKey,
        "bearer.auth.credentials.source \(source) is not supported: use STATIC_TOKEN with bearer.auth.token")
    }
    return .bearer(token)
  }

  private static func tls(_ keys: [String: String]) throws(CDCError) -> TLSOptions {
    let prefix = "schema.registry.ssl."
    for store in ["truststore", "keystore"] {
      let isUsed = keys["\(prefix)\(store).location"] != nil
      if let type = keys["\(prefix)\(store).type"] ?? (isUsed ? "JKS" : nil), type != "PEM" {
        throw CDCError(.converterKey, "\(prefix)\(store).type \(type) is not supported: use PEM")
      }
    }
    var tls = TLSOptions()
    tls.authorities = material(keys["\(prefix)truststore.location"], keys["\(prefix)truststore.certificates"])
    tls.certificate = material(keys["\(prefix)keystore.location"], keys["\(prefix)keystore.certificate.chain"])
    tls.key = material(keys["\(prefix)keystore.location"], keys["\(prefix)keystore.key"])
    tls.keyPassword = keys["\(prefix)key.password"]
    tls.verifiesHost = keys["\(prefix)endpoint.identification.algorithm"] != ""
    return tls
  }

  private static func material(_ file: String?, _ text: String?) -> TLSOptions.Material? {
    if let file { return .file(file) }
    return text.map { .text($0) }
  }
}

extension String {
  /// The text without spaces at both ends.
  var trimmingSpaces: String {
    var part = Substring(self)
    while part.first == " " { part.removeFirst() }
    while part.last == " " { part.removeLast() }
    return String(part)
  }
}
