/// How keys or values are written: a Kafka Connect converter and its own keys.
public struct ConverterConfig: Sendable {
  /// The form of the bytes.
  public var format: RecordFormat
  /// `auto.register.schemas`: whether unknown schemas are registered, or only looked up.
  public var registersSchemas = true
  /// `use.latest.version`: whether the subject's latest schema gives the id.
  public var usesLatestVersion = false
  /// Whether null in an optional field with a default is written as the default (`ignore.default.for.nullables` false,
  /// `replace.null.with.default` true).
  public var nullsBecomeDefaults = true
  /// Whether names of fields must be those that the format allows; not where stages come behind the encoder.
  public var checksNames = true
  /// The keys of the registry's client as configured, without their prefix (`schema.registry.url`, `basic.auth.…`).
  public var options: [(name: String, value: String)] = []

  /// A converter with its defaults.
  public init(_ format: RecordFormat) { self.format = format }
}
