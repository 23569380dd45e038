internal import ChangeModel
internal import EventEncoding
internal import Settings

/// Reads `key.converter`, `value.converter` and `header.converter` with their own keys.
struct ConverterSettings {
  let config: ParsedConfig
  /// The registry for converters that name none.
  let registryURLs: String
  /// Our short class names keep a null where others write the default.
  let isOwnClass: Bool

  /// The converter of keys.
  func key() throws(CDCError) -> ConverterConfig { try converter("key.converter") }

  /// The converter of values.
  func value() throws(CDCError) -> ConverterConfig { try converter("value.converter") }

  /// The converter of headers.
  func header() throws(CDCError) -> HeaderConverter {
    guard let name = config.optional("header.converter") else { return .simple }
    guard let converter = HeaderConverter(rawValue: name) else {
      throw CDCError(.invalidConfiguration, "header.converter \(name) is not supported")
    }
    return converter
  }

  private func converter(_ name: String) throws(CDCError) -> ConverterConfig {
    var options = config.withPrefix(name + ".").map { (name: $0.0, value: $0.1) }
    func flag(_ key: String, _ normally: Bool) -> Bool {
      options.first { $0.name == key }.map { $0.value.lowercased() == "true" } ?? normally
    }
    let className = config.optional(name) ?? "io.confluent.connect.avro.AvroConverter"
    guard let format = RecordFormat(converter: className, schemasEnable: flag("schemas.enable", true)) else {
      throw CDCError(.invalidConfiguration, "\(name) \(className) is not supported")
    }
    var converter = ConverterConfig(format)
    converter.registersSchemas = flag("auto.register.schemas", true)
    converter.usesLatestVersion = flag("use.latest.version", false)
    converter.nullsBecomeDefaults =
      format == .avro ? !flag("ignore.default.for.nullables", isOwnClass) : flag("replace.null.with.default", true)
    if format == .avro, !options.contains(where: { $0.name == "schema.registry.url" }) {
      options.append((name: "schema.registry.url", value: registryURLs))
    }
    converter.options = options
    return converter
  }
}
