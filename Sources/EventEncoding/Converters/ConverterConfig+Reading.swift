public import ChangeModel
public import Settings

extension ConverterConfig {
  /// Reads a converter from a connector's configuration that was parsed with `ConverterKeys`.
  ///
  /// `name` is `key.converter` or `value.converter`; `registryURLs` is the registry of converters that name none;
  /// `keepsNulls` is the default of `ignore.default.for.nullables`. Throws where the class can't write these values.
  public init(_ name: String, _ config: ParsedConfig, registryURLs: String, keepsNulls: Bool) throws(CDCError) {
    func key(_ own: String) -> String { "\(name).\(own)" }
    let className = config.optional(name) ?? ConverterKeys.classes[0]
    guard let format = RecordFormat(converter: className, schemasEnable: config.bool(key("schemas.enable"))) else {
      throw CDCError(.converterNotUsable, "\(name) names the class \(className), which is not known")
    }
    if format == .bytes {
      throw CDCError(
        .converterNotUsable, "\(name) is the byte array converter, which can't write records with fields")
    }
    self.init(format)
    registersSchemas = config.bool(key("auto.register.schemas"))
    usesLatestVersion = config.bool(key("use.latest.version"))
    let ignoresDefaults = key("ignore.default.for.nullables")
    let keeps = config.isSet(ignoresDefaults) ? config.bool(ignoresDefaults) : keepsNulls
    let replaces = key("replace.null.with.default")
    switch format {
    case .json, .jsonWithoutSchema: nullsBecomeDefaults = config.isSet(replaces) ? config.bool(replaces) : !keepsNulls
    case .avro, .string, .bytes: nullsBecomeDefaults = !keeps
    }
    options = config.withPrefix("\(name).").map { (name: $0.0, value: $0.1) }.filter {
      $0.name.hasPrefix("schema.registry.") || $0.name.hasPrefix("basic.auth.") || $0.name.hasPrefix("bearer.auth.")
    }
    if !options.contains(where: { $0.name == "schema.registry.url" }) {
      options.append((name: "schema.registry.url", value: registryURLs))
    }
  }
}

extension HeaderConverter {
  /// Reads `header.converter` from a configuration that was parsed with `ConverterKeys.header`.
  public init(_ config: ParsedConfig) throws(CDCError) {
    let name = config.optional("header.converter") ?? Self.simple.rawValue
    guard let converter = HeaderConverter(rawValue: name) else {
      throw CDCError(.converterNotUsable, "header.converter names the class \(name), which is not known")
    }
    self = converter
  }
}
