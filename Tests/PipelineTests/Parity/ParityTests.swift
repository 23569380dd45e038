import Foundation
import JSON
import TestSupport
import Testing

/// Our stages and Apache Kafka's own transformations make the same of the same records.
@Suite(
  .enabled(
    if: RealTransforms.isThere,
    "no JDK, or MARTINET_TEST_KAFKA_HOME is not set, to compare with Kafka's transformations"))
struct ParityTests {
  @Test func sameAsKafka() throws {
    try Comparison.check(TransformCase.all, try RealTransforms.run(TransformCase.all))
  }
}

/// Our stage makes of Debezium's events what Debezium's own transformation made of them, as it was recorded.
@Suite struct UnwrapParityTests {
  @Test func sameAsDebezium() throws {
    try Comparison.check(TransformCase.unwrap, try RecordedTransforms.read())
  }
}

/// What our stages make of schemas is registered as Confluent's converter (kafka-connect-avro-data 7.0.16) registers what
/// Kafka's transformations make of them, as it was recorded.
@Suite struct RegisteredSchemaTests {
  @Test func sameAsConfluentsConverter() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("registered.jsonl")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 30)
    for line in lines {
      let wanted = try JSONValue(parsing: String(line))
      let name = try #require(wanted["name"]?.string)
      let test = try #require(TransformCase.all.first { $0.name == name }, "no case \(name)")
      let found = try CaseRunner.registered(test)
      for side in ["key", "value"] {
        guard let ours = found[side], !ours.isNull, let theirs = wanted[side], !theirs.isNull else { continue }
        #expect(ours.text == theirs.text, "\(side) of \(name)")
      }
    }
  }
}

/// What Debezium 3.6.3 made of the cases, a line each. With `MARTINET_TEST_DEBEZIUM_JARS=<folder>` it is asked anew and
/// the lines are written again.
enum RecordedTransforms {
  static func read() throws -> [JSONValue] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("unwrap.jsonl")
    if let jars = ProcessInfo.processInfo.environment["MARTINET_TEST_DEBEZIUM_JARS"], !jars.isEmpty {
      let results = try RealTransforms.run(TransformCase.unwrap, more: "\(jars)/*")
      let text = results.map(\.text).joined(separator: "\n") + "\n"
      try text.write(to: file, atomically: true, encoding: .utf8)
      return results
    }
    let text = try String(contentsOf: file, encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }
}

extension Comparison {
  static func check(_ cases: [TransformCase], _ expected: [JSONValue]) throws {
    #expect(expected.count == cases.count)
    for (test, wanted) in zip(cases, expected) {
      let found = try Comparison.normalized(CaseRunner.run(test))
      let wanted = Comparison.normalized(wanted)
      let isSame = found == wanted
      if let difference = Comparison.known[test.name] {
        #expect(!isSame, "is the same now, take it off the list: \(test.name) (\(difference))")
      } else {
        #expect(isSame, "\(test.name)\n  ours:    \(found.text)\n  Kafka's: \(wanted.text)")
      }
    }
  }
}

/// The transformations in the jars of the test kit.
enum RealTransforms {
  static let jars: String? = {
    guard let home = ProcessInfo.processInfo.environment["MARTINET_TEST_KAFKA_HOME"], !home.isEmpty else { return nil }
    return FileManager.default.fileExists(atPath: "\(home)/lib") ? "\(home)/lib/*" : nil
  }()

  /// The runner is compiled when it is started.
  static var isThere: Bool {
    let hasCompiler = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/javac") }
    return KafkaBroker.isControllable && (hasCompiler || Availability.isCI)
  }

  /// What becomes of the cases, in order.
  static func run(_ cases: [TransformCase], more: String? = nil) throws -> [JSONValue] {
    let jars = try #require(jars)
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "TransformRunner.java")
    let input = cases.map(\.line).joined(separator: "\n") + "\n"
    let output = try Command.check(
      [
        "java", "-Duser.timezone=UTC", "-Duser.language=en", "-Duser.country=US", "-cp",
        more.map { "\(jars):\($0)" } ?? jars, source.path,
      ], input: input
    )
    return try output.split(separator: "\n").filter { $0.hasPrefix("{") }.map { try JSONValue(parsing: String($0)) }
  }
}

/// What must be the same.
enum Comparison {
  /// Cases whose result differs on purpose, with the reason; docs/stages.md tells each.
  static let known: [String: String] = [
    "mask: decimal": "Kafka's zero has no digits behind the point, which its converters refuse",
    "metadata: one value": "Kafka fails at anything but a struct",
    "SetSchemaMetadata$Value [\"schema.name\"] of one value": "Kafka fails at anything but a struct",
    "cast to float32": "Java writes more digits of a float than are needed, up to version 18",
    "cast 2147483647 to float32": "Java writes more digits of a float than are needed, up to version 18",
    "extract: path, nulls": "Kafka makes a null of a field that can't be null, which its converters refuse",
  ]

  /// An error is an error, whatever its words; a null with a schema is a null; structs without a name have one in Avro.
  static func normalized(_ result: JSONValue) -> JSONValue {
    if result["error"] != nil { return ["error": true] }
    guard var object = result.object else { return result }
    for side in ["key", "value"] {
      guard let payload = object[side], payload["payload"] != nil else { continue }
      object[side] = payload["payload"] == .null ? .null : anonymous(payload)
    }
    return .object(object)
  }

  private static func anonymous(_ json: JSONValue) -> JSONValue {
    switch json {
    case .array(let elements): return .array(elements.map(anonymous))
    case .object(let object):
      var members: [JSONObject.Member] = []
      for member in object.members {
        if member.name == "name", member.value.string?.hasPrefix("io.confluent.connect.avro.ConnectDefault") == true {
          continue
        }
        members.append(.init(member.name, anonymous(member.value)))
      }
      return .object(JSONObject(members))
    default: return json
    }
  }
}
