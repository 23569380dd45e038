// swift-tools-version: 6.1
import PackageDescription

// Layers, lowest first; a target imports only targets of a lower layer, or of its own layer above its own line.
// Tests/ArchitectureTests proves it from the import lines.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [String]) -> Target {
  .executableTarget(name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [String], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, resources: resources, swiftSettings: settings)
}

/// A C library of the system: a module map and a shim, no logic.
func system(_ name: String, pkgConfig: String? = nil, apt: [String] = []) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: apt.isEmpty ? nil : [.apt(apt)])
}

let package = Package(
  name: "martinet",
  products: [
    .executable(name: "cdcd", targets: ["cdcd"]),
    .executable(name: "cdcctl", targets: ["cdcctl"]),
  ],
  targets: [
    // Layer 0: C libraries.
    system("CSystem"),
    system("CLibPQ", pkgConfig: "libpq", apt: ["libpq-dev"]),
    system("CMariaDB", pkgConfig: "mysqlclient", apt: ["default-libmysqlclient-dev"]),
    system("CRDKafka", pkgConfig: "rdkafka", apt: ["librdkafka-dev"]),
    system("CEvent", pkgConfig: "libevent_openssl", apt: ["libevent-dev"]),
    system("CCurl", pkgConfig: "libcurl", apt: ["libcurl4-openssl-dev"]),
    system("CYAML", pkgConfig: "yaml-0.1", apt: ["libyaml-dev"]),
    system("CPCRE2", pkgConfig: "libpcre2-8", apt: ["libpcre2-dev"]),
    system("COpenSSL", pkgConfig: "openssl", apt: ["libssl-dev"]),
    system("CZlib", pkgConfig: "zlib", apt: ["zlib1g-dev"]),
    system("CSnappy", apt: ["libsnappy-dev"]),
    system("CZstd", pkgConfig: "libzstd", apt: ["libzstd-dev"]),

    // Layer 1: the nouns, and what knows nothing of ours.
    library("ChangeModel"),
    library("JSON"),
    library("Avro", ["JSON", "CZlib", "CSnappy", "CZstd"]),
    library("Flow", ["ChangeModel", "CSystem"]),
    library("Telemetry"),

    // Layer 2: clients, codecs, settings.
    library("PostgresClient", ["CLibPQ", "ChangeModel", "Flow"]),
    library("ColumnCodecs", ["ChangeModel", "JSON", "Avro"]),
    library("HTTPClient", ["CCurl"]),
    library("HTTPServer", ["CEvent", "CSystem", "ChangeModel", "JSON", "Flow"]),
    library("KafkaClient", ["CRDKafka", "ChangeModel", "Flow"]),
    library("ObjectStore", ["CSystem", "COpenSSL", "ChangeModel", "JSON", "Flow", "HTTPClient"]),
    library("SchemaRegistry", ["ChangeModel", "JSON", "Avro", "Flow", "HTTPClient"]),
    library("Settings", ["ChangeModel", "JSON", "CSystem", "CYAML", "CPCRE2"]),

    // Layer 3: sources, encoding, pipeline.
    library("PostgresSource", ["ChangeModel", "Flow", "JSON", "Telemetry", "PostgresClient", "Settings"]),
    library("EventEncoding", ["ChangeModel", "JSON", "Avro", "ColumnCodecs", "SchemaRegistry", "Settings"]),
    library("Pipeline", ["ChangeModel", "JSON", "Avro", "ColumnCodecs", "Settings", "EventEncoding"]),

    // Layer 4: sinks.
    library(
      "WarehouseSink",
      [
        "ChangeModel", "JSON", "Avro", "Flow", "Telemetry", "PostgresClient", "ColumnCodecs", "Settings",
        "EventEncoding", "Pipeline",
      ]),

    library(
      "ObjectStoreSink",
      [
        "CSystem", "CZlib", "CSnappy", "CZstd", "ChangeModel", "JSON", "Avro", "Flow", "HTTPClient", "Settings",
        "ObjectStore", "EventEncoding", "Pipeline",
      ]),

    // Layer 5 and up: the engine, its REST face, the programs.
    library(
      "Engine",
      [
        "ChangeModel", "JSON", "Avro", "Flow", "Telemetry", "PostgresClient", "KafkaClient", "SchemaRegistry",
        "Settings", "HTTPClient", "ObjectStore", "PostgresSource", "EventEncoding", "Pipeline", "WarehouseSink",
        "ObjectStoreSink",
      ]),
    library(
      "ControlPlane", ["ChangeModel", "JSON", "Telemetry", "Settings", "HTTPServer", "SchemaRegistry", "Engine"]),
    program(
      "cdcd",
      [
        "CSystem", "ChangeModel", "Flow", "Telemetry", "SchemaRegistry", "Settings", "HTTPServer", "Engine",
        "ControlPlane",
      ]),
    program("cdcctl", ["JSON", "HTTPClient", "Telemetry"]),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["CSystem", "ChangeModel", "JSON", "Avro"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("TestSupportTests", ["TestSupport"]),
    tests("ResilienceTests", ["TestSupport"]),
    tests("DeployTests", ["TestSupport", "JSON", "Avro"]),
    tests("ArchitectureTests", ["ChangeModel", "TestSupport"]),
    tests("ChangeModelTests", ["ChangeModel"]),
    tests("JSONTests", ["JSON"]),
    tests("AvroTests", ["Avro", "JSON", "TestSupport"]),
    tests("FlowTests", ["Flow", "ChangeModel"]),
    tests("TelemetryTests", ["Telemetry"]),
    tests("PostgresClientTests", ["PostgresClient", "ChangeModel", "Flow", "TestSupport"]),
    tests("ColumnCodecsTests", ["ColumnCodecs", "ChangeModel", "Avro", "JSON", "TestSupport"]),
    tests("HTTPTests", ["HTTPClient", "HTTPServer", "ChangeModel", "TestSupport"]),
    tests(
      "ObjectStoreTests", ["ObjectStore", "HTTPClient", "ChangeModel", "Flow", "TestSupport"],
      resources: [.copy("Resources")]),
    tests("KafkaClientTests", ["KafkaClient", "CRDKafka", "ChangeModel", "Flow", "TestSupport"]),
    tests(
      "SchemaRegistryTests",
      ["SchemaRegistry", "ChangeModel", "Avro", "JSON", "HTTPClient", "HTTPServer", "TestSupport"]),
    tests("SettingsTests", ["Settings", "ChangeModel", "JSON"]),
    tests(
      "PostgresSourceTests",
      ["PostgresSource", "PostgresClient", "ChangeModel", "Flow", "JSON", "Settings", "Telemetry", "TestSupport"]),
    tests(
      "EventEncodingTests",
      ["EventEncoding", "ColumnCodecs", "ChangeModel", "Avro", "JSON", "Settings", "SchemaRegistry", "TestSupport"]),
    tests(
      "PipelineTests", ["Pipeline", "EventEncoding", "ChangeModel", "Avro", "JSON", "Settings", "TestSupport"],
      resources: [
        .copy("Parity/TransformRunner.java"), .copy("Parity/unwrap.jsonl"), .copy("Parity/registered.jsonl"),
      ]),
    tests(
      "WarehouseSinkTests",
      [
        "WarehouseSink", "PostgresClient", "EventEncoding", "ColumnCodecs", "Pipeline", "ChangeModel", "Flow", "Avro",
        "JSON", "Settings", "Telemetry", "TestSupport",
      ]),
    tests(
      "ObjectStoreSinkTests",
      ["ObjectStoreSink", "ObjectStore", "EventEncoding", "ChangeModel", "Avro", "JSON", "Settings", "TestSupport"]),
    tests(
      "EngineTests",
      [
        "Engine", "WarehouseSink", "Avro", "KafkaClient", "ChangeModel", "Flow", "JSON", "Settings", "Telemetry",
        "TestSupport",
      ]),
    tests(
      "ControlPlaneTests",
      [
        "ControlPlane", "Engine", "HTTPServer", "HTTPClient", "ChangeModel", "JSON", "Settings", "Telemetry",
        "TestSupport",
      ]),
    tests("CDCCtlTests", ["cdcctl", "JSON", "HTTPServer"]),
    tests("CMariaDBTests", ["CMariaDB"]),
    tests("ConformanceTests", ["TestSupport", "ChangeModel", "JSON", "Avro", "HTTPClient", "KafkaClient"]),
    tests(
      "IntegrationTests",
      [
        "PostgresSource", "EventEncoding", "Settings", "TestSupport", "JSON", "Avro", "HTTPClient", "KafkaClient",
        "PostgresClient", "ChangeModel", "Flow",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
