import ChangeModel
import EventEncoding
import JSON
import Settings
import Testing

@Suite("Converters' keys")
struct ConverterConfigTests {
  private func parse(_ raw: JSONObject) -> ParsedConfig {
    ConfigDefinition(ConverterKeys.definitions("value.converter") + [ConverterKeys.header]).parse(raw)
  }

  private func converter(_ raw: JSONObject, keepsNulls: Bool = false) throws -> ConverterConfig {
    let config = parse(raw)
    try config.requireValid("t")
    return try ConverterConfig("value.converter", config, registryURLs: "http://r:1", keepsNulls: keepsNulls)
  }

  @Test("without keys it is Avro with the engine's registry")
  func defaults() throws {
    let found = try converter([:])
    #expect(found.format == .avro)
    #expect(found.registersSchemas)
    #expect(!found.usesLatestVersion)
    #expect(found.nullsBecomeDefaults)
    #expect(found.options.map(\.name) == ["schema.registry.url"])
    #expect(found.options.map(\.value) == ["http://r:1"])
    #expect(try !converter([:], keepsNulls: true).nullsBecomeDefaults)
  }

  @Test("keys of a Kafka Connect configuration are obeyed")
  func given() throws {
    let found = try converter(
      [
        "value.converter": "io.confluent.connect.avro.AvroConverter",
        "value.converter.schema.registry.url": "http://a:1,http://b:2",
        "value.converter.basic.auth.credentials.source": "USER_INFO",
        "value.converter.basic.auth.user.info": "u:p", "value.converter.auto.register.schemas": "false",
        "value.converter.use.latest.version": "true", "value.converter.ignore.default.for.nullables": "false",
        "value.converter.schema.registry.ssl.truststore.type": "PEM",
      ], keepsNulls: true)
    #expect(!found.registersSchemas)
    #expect(found.usesLatestVersion)
    #expect(found.nullsBecomeDefaults)
    #expect(found.options.first { $0.name == "schema.registry.url" }?.value == "http://a:1,http://b:2")
    #expect(found.options.first { $0.name == "basic.auth.user.info" }?.value == "u:p")
    #expect(found.options.first { $0.name == "schema.registry.ssl.truststore.type" }?.value == "PEM")
  }

  @Test("JSON carries schemas unless told otherwise")
  func json() throws {
    let name: JSONValue = "org.apache.kafka.connect.json.JsonConverter"
    #expect(try converter(["value.converter": name]).format == .json)
    let plain: JSONObject = ["value.converter": name, "value.converter.schemas.enable": "false"]
    #expect(try converter(plain).format == .jsonWithoutSchema)
    let nulls: JSONObject = ["value.converter": name, "value.converter.replace.null.with.default": "false"]
    #expect(try !converter(nulls).nullsBecomeDefaults)
  }

  @Test(
    "what is not supported is refused by name",
    arguments: [
      ("value.converter", "com.example.Converter"),
      ("value.converter.decimal.format", "NUMERIC"),
      ("value.converter.value.subject.name.strategy", "io.confluent.kafka.serializers.subject.RecordNameStrategy"),
      ("value.converter.normalize.schemas", "true"),
      ("value.converter.schema.registry.uri", "http://a:1"),
    ])
  func refused(_ key: String, _ value: String) {
    let problems = parse(JSONObject([.init(key, .string(value))])).problems
    #expect(problems.map(\.key) == [key])
  }

  @Test("the byte array converter can't write records with fields")
  func bytes() {
    #expect(throws: CDCError.self) {
      try converter(["value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter"])
    }
  }

  @Test("header converters")
  func headers() throws {
    #expect(try HeaderConverter(parse([:])) == .simple)
    #expect(
      try HeaderConverter(parse(["header.converter": "org.apache.kafka.connect.json.JsonConverter"])) == .json)
  }
}
