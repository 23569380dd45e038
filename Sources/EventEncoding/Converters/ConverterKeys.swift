public import Settings

/// The keys of `key.converter` and `value.converter` and, behind their prefix, of the converters themselves.
///
/// They are those of Kafka Connect's JsonConverter, StringConverter and ByteArrayConverter and of Confluent's
/// AvroConverter 7 (AvroDataConfig, AbstractKafkaSchemaSerDeConfig), with the same defaults.
public enum ConverterKeys {
  /// The class names that are known, and the short word for Avro.
  static let classes = [
    "io.confluent.connect.avro.AvroConverter", "org.apache.kafka.connect.json.JsonConverter",
    "org.apache.kafka.connect.storage.StringConverter", "org.apache.kafka.connect.converters.ByteArrayConverter",
  ]

  /// The declarations under a name, `key.converter` or `value.converter`, for a connector's configuration.
  public static func definitions(_ name: String) -> [KeyDefinition] {
    let converter = KeyDefinition(
      name, .class, importance: .low,
      "How \(name.hasPrefix("key") ? "keys" : "values") are written: Avro with a schema registry (the default), JSON or text.",
      validValues: classes, group: "Converters")
    return [converter]
      + own.map { declared in
        var key = declared
        key.name = "\(name).\(declared.name)"
        key.displayName = key.name
        key.group = "Converters"
        return key
      }
  }

  /// The declaration of `header.converter`.
  public static let header = KeyDefinition(
    "header.converter", .class, default: HeaderConverter.simple.rawValue, importance: .low,
    "How headers are written.", validValues: HeaderConverter.allCases.map(\.rawValue), group: "Converters")

  private static let own: [KeyDefinition] = json + avro + registry + refused + tuning

  private static let json: [KeyDefinition] = [
    KeyDefinition("schemas.enable", .boolean, default: "true", "JSON: whether each record carries its schema."),
    KeyDefinition(
      "decimal.format", default: "BASE64", "JSON: how decimals are written.", validValues: ["BASE64"],
      unsupportedValues: ["NUMERIC"]),
    KeyDefinition(
      "replace.null.with.default", .boolean, default: "true",
      "JSON: whether null in an optional field with a default is written as the default."),
    KeyDefinition("converter.encoding", default: "UTF-8", "Text: the encoding.", validValues: ["UTF-8", "UTF8"]),
  ]

  private static let avro: [KeyDefinition] = [
    KeyDefinition("auto.register.schemas", .boolean, default: "true", "Whether unknown schemas are registered."),
    KeyDefinition(
      "use.latest.version", .boolean, default: "false",
      "Whether the subject's latest schema gives the id (with auto.register.schemas=false)."),
    KeyDefinition(
      "ignore.default.for.nullables", .boolean,
      "Whether null in an optional field with a default stays null. Default: false with the class names of other "
        + "products, true with the short names."),
  ]

  private static let registry: [KeyDefinition] = [
    KeyDefinition("schema.registry.url", .list, importance: .high, "URLs of the schema registry, tried in turn."),
    KeyDefinition(
      "basic.auth.credentials.source", default: "URL", "Where name and password stand.",
      validValues: ["URL", "USER_INFO"], unsupportedValues: ["SASL_INHERIT"]),
    KeyDefinition("basic.auth.user.info", .password, "Name and password as NAME:PASSWORD."),
    KeyDefinition("schema.registry.basic.auth.user.info", .password, "The same, under its older name."),
    KeyDefinition(
      "bearer.auth.credentials.source", .string, "Where the bearer token stands.", validValues: ["STATIC_TOKEN"],
      unsupportedValues: ["OAUTHBEARER", "SASL_OAUTHBEARER_INHERIT", "CUSTOM"]),
    KeyDefinition("bearer.auth.token", .password, "The bearer token."),
    KeyDefinition("schema.registry.ssl.*", .string, "TLS of the registry's client: trust store and key store in PEM."),
  ]

  /// Known there, and not at any other value than their default here.
  private static let refused: [KeyDefinition] = [
    unsupported("key.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicNameStrategy", .class),
    unsupported("value.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicNameStrategy", .class),
    unsupported("normalize.schemas", "false"), unsupported("use.schema.id", "-1", .int),
    unsupported("connect.meta.data", "true"), unsupported("scrub.invalid.names", "false"),
    unsupported("generalized.sum.type.support", "false"), unsupported("flatten.unions", "false"),
    unsupported("flatten.singleton.unions", "true"), unsupported("discard.type.doc.default", "false"),
    unsupported("allow.optional.map.keys", "false"), unsupported("proxy.host", "", .string),
    unsupported("proxy.port", "-1", .int),
  ]

  private static let tuning: [KeyDefinition] = [
    tuned("schemas.cache.size", "1000", .int), tuned("schemas.cache.config", "1000", .int),
    tuned("max.schemas.per.subject", "1000", .int), tuned("latest.cache.size", "1000", .int),
    tuned("latest.cache.ttl.sec", "-1", .int), tuned("latest.compatibility.strict", "true", .boolean),
    tuned("id.compatibility.strict", "true", .boolean),
    KeyDefinition(
      "enhanced.avro.schema.support", .boolean, default: "false", "Avro: how enumerations and unions are told.",
      support: .tuning("the events' schemas have no Avro enumerations, so they are the same either way")),
  ]

  private static func unsupported(_ name: String, _ value: String, _ kind: KeyKind = .boolean) -> KeyDefinition {
    KeyDefinition(
      name, kind, default: value, importance: .low, "A key of Confluent's converter.", support: .unsupported)
  }

  private static func tuned(_ name: String, _ value: String, _ kind: KeyKind) -> KeyDefinition {
    KeyDefinition(
      name, kind, default: value, importance: .low, "A key of Confluent's client.",
      support: .tuning("every schema is asked for once and kept"))
  }
}
