import Avro
import ChangeModel
import EventEncoding
import Foundation
import JSON
import TestSupport

/// Gives schemas numbers as they come and remembers them.
final class RecordingRegistrar: SchemaRegistrar {
  private(set) var schemas: [Schema] = []
  private(set) var subjects: [String] = []

  func id(subject: String, schema: Schema) throws(CDCError) -> Int32 {
    subjects.append(subject)
    schemas.append(schema)
    return Int32(schemas.count)
  }

  func schema(_ id: Int32) -> Schema { schemas[Int(id) - 1] }

  func latest(_ subject: String) -> Schema? {
    subjects.lastIndex(of: subject).map { schemas[$0] }
  }
}

/// An encoder with its registry, and the records of what is given to it.
struct Bench {
  let registrar = RecordingRegistrar()
  let encoder: EventEncoder

  init(_ adjust: (inout EncodingOptions) -> Void = { _ in }) {
    var options = EncodingOptions(topicPrefix: "crm", database: "crm", version: "1.0")
    options.runID = "run"
    adjust(&options)
    encoder = EventEncoder(
      options, keyRegistrar: registrar, valueRegistrar: registrar, clock: { 1_700_000_000_123_456_789 })
  }

  func encode(_ fill: (ChangeBatch) -> Void) throws -> RecordBatch {
    let batch = ChangeBatch()
    fill(batch)
    let records = RecordBatch()
    try encoder.encode(batch, into: records)
    return records
  }

  func lines(_ fill: (ChangeBatch) -> Void) throws -> [JSONValue] {
    try GoldenLines.lines(of: encode(fill)) { registrar.schema($0) }
  }
}

/// The golden files, where `MARTINET_TEST_GOLDEN` names their folder.
enum Golden {
  static let folder = ProcessInfo.processInfo.environment["MARTINET_TEST_GOLDEN"]

  static func schema(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: "\(folder ?? "")/pg1/\(name).avsc")))
  }

  /// All events of run pg1, in order.
  static func events() throws -> [JSONValue] {
    let text = try String(contentsOfFile: "\(folder ?? "")/pg1/events.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }
}

extension JSONValue {
  /// The same value with numbers in one form, so that 4 and 4.0 are equal.
  var normalised: JSONValue {
    switch self {
    case .number(let text): Int64(text) == nil ? .number(String(Double(text) ?? .nan)) : self
    case .array(let elements): .array(elements.map(\.normalised))
    case .object(let object):
      .object(JSONObject(object.members.map { JSONObject.Member($0.name, $0.value.normalised) }))
    default: self
    }
  }
}
