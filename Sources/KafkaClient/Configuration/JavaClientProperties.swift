/// Properties of Kafka's Java clients (`producer.override.*`, `consumer.override.*`) in librdkafka's terms.
public struct JavaClientProperties: Sendable {
  /// Which client the properties are for.
  public enum Role: Sendable {
    /// A producer.
    case producer
    /// A consumer.
    case consumer
    /// An administrative client.
    case admin
  }

  /// What the properties mean here.
  public private(set) var properties = KafkaProperties()
  /// Properties that have no effect here, each with the reason; for one log line.
  public private(set) var ignored: [(name: String, reason: String)] = []
  /// Properties that mean something and can't be had here, each with the reason.
  public private(set) var refused: [(name: String, reason: String)] = []
  /// Properties that neither Java's clients nor librdkafka know.
  public private(set) var unknown: [String] = []

  /// Translates properties, given without their `….override.` prefix. librdkafka's own names pass as they are.
  public init(_ pairs: [(String, String)], for role: Role) {
    let given = KafkaProperties(pairs)
    for (name, value) in given.pairs { translate(name, value, role) }
    translateTLS(given)
    if let jaas = given["sasl.jaas.config"] { translateJAAS(jaas) }
  }

  private mutating func translate(_ name: String, _ value: String, _ role: Role) {
    if JavaPropertyTable.tls.contains(name) || name == "sasl.jaas.config" { return }
    if let reason = JavaPropertyTable.fixed[name] {
      ignored.append((name, reason))
    } else if let same = JavaPropertyTable.renamed[name] {
      properties[same] = value
    } else if let kibibytes = JavaPropertyTable.kibibytes[name] {
      translateBytes(name, value, to: kibibytes)
    } else if JavaPropertyTable.withoutEffect.contains(name) {
      ignored.append((name, "it tunes the Java client only"))
    } else if name == "auto.offset.reset" {
      properties[name] = value.lowercased() == "none" ? "error" : value.lowercased()
    } else if name == "partition.assignment.strategy" {
      translateAssignor(value)
    } else if name == "partitioner.class" {
      translatePartitioner(value)
    } else if name == "send.buffer.bytes" || name == "receive.buffer.bytes" {
      // Java's -1 is the system's default, which is 0 here.
      properties["socket." + name] = value == "-1" ? "0" : value
    } else if ClientConfiguration.isKnown(name, value) {
      properties[name] = value
    } else {
      unknown.append(name)
    }
  }

  private mutating func translateBytes(_ name: String, _ value: String, to target: String) {
    guard let bytes = Int64(value) else {
      refused.append((name, "it must be a whole number of bytes"))
      return
    }
    properties[target] = String(max(bytes / 1024, 1))
  }

  private mutating func translateAssignor(_ value: String) {
    let first = value.split(separator: ",").first.map { $0.split(separator: ".").last.map(String.init) ?? "" } ?? ""
    switch first {
    case "RangeAssignor", "range": properties["partition.assignment.strategy"] = "range"
    case "RoundRobinAssignor", "roundrobin": properties["partition.assignment.strategy"] = "roundrobin"
    default: ignored.append(("partition.assignment.strategy", "range is used: cooperative assignors may deliver twice"))
    }
  }

  private mutating func translatePartitioner(_ value: String) {
    if value.isEmpty || value.hasSuffix(".DefaultPartitioner") { return }
    refused.append(("partitioner.class", "records go where Java's default partitioner puts them"))
  }

  /// Java's key and trust stores: PEM and PKCS #12 can be used, Java's own format can't.
  private mutating func translateTLS(_ given: KafkaProperties) {
    if let algorithm = given["ssl.endpoint.identification.algorithm"] {
      properties["ssl.endpoint.identification.algorithm"] = algorithm.isEmpty ? "none" : algorithm.lowercased()
    }
    if let password = given["ssl.key.password"] { properties["ssl.key.password"] = password }
    translateTrustStore(given)
    translateKeyStore(given)
  }

  private mutating func translateTrustStore(_ given: KafkaProperties) {
    if let certificates = given["ssl.truststore.certificates"] { properties["ssl.ca.pem"] = certificates }
    guard let location = given["ssl.truststore.location"] else { return }
    let type = given["ssl.truststore.type"]?.uppercased() ?? (location.hasSuffix(".pem") ? "PEM" : "JKS")
    if type == "PEM" {
      properties["ssl.ca.location"] = location
    } else {
      refused.append(("ssl.truststore.location", "only a PEM file can be a trust store here (ssl.truststore.type=PEM)"))
    }
  }

  private mutating func translateKeyStore(_ given: KafkaProperties) {
    if let chain = given["ssl.keystore.certificate.chain"] { properties["ssl.certificate.pem"] = chain }
    if let key = given["ssl.keystore.key"] { properties["ssl.key.pem"] = key }
    guard let location = given["ssl.keystore.location"] else { return }
    switch given["ssl.keystore.type"]?.uppercased() ?? (location.hasSuffix(".pem") ? "PEM" : "JKS") {
    case "PEM":
      properties["ssl.certificate.location"] = location
      properties["ssl.key.location"] = location
    case "PKCS12":
      properties["ssl.keystore.location"] = location
      if let password = given["ssl.keystore.password"] { properties["ssl.keystore.password"] = password }
    default:
      refused.append(
        ("ssl.keystore.location", "a key store can be PEM or PKCS12 here (ssl.keystore.type), not Java's own format"))
    }
  }

  private mutating func translateJAAS(_ text: String) {
    guard let login = JAASLogin(text) else {
      refused.append(("sasl.jaas.config", "it must be one login module with options, ended by a semicolon"))
      return
    }
    switch login.module.split(separator: ".").last {
    case "PlainLoginModule", "ScramLoginModule":
      guard let user = login.options["username"], let password = login.options["password"] else {
        refused.append(("sasl.jaas.config", "username and password are missing"))
        return
      }
      properties["sasl.username"] = user
      properties["sasl.password"] = password
    default: refused.append(("sasl.jaas.config", "only PlainLoginModule and ScramLoginModule can be used"))
    }
  }
}
