import Foundation
import JSON
import Pipeline
import TestSupport

/// JSON Schema's official test suite, where it is installed: draft-07 from Debian's `json-schema-test-suite`, 2020-12
/// from the source distribution of PyPI's `jsonschema` (scripts/test fetches it).
struct OfficialSuite {
  let name: String
  let draft: JSONSchema.Draft
  let folder: String
  let remotes: String

  static let draft7 = OfficialSuite(
    name: "draft-07", draft: .draft7, folder: "/usr/share/json-schema-test-suite/tests/draft7",
    remotes: "/usr/share/json-schema-test-suite/remotes")
  static let draft2020 = OfficialSuite(
    name: "2020-12", draft: .draft2020, folder: "\(fetched)/json/tests/draft2020-12",
    remotes: "\(fetched)/json/remotes")

  private static let fetched =
    ProcessInfo.processInfo.environment["MARTINET_TEST_JSON_SCHEMA"] ?? "\(Checkout.path)/.venv/json-schema"
  private static let metaSchemas = "\(fetched)/metaschemas"

  /// Whether its tests can run; in CI they must.
  var isThere: Bool {
    Availability.isCI || (FileManager.default.fileExists(atPath: folder) && !Self.metaSchemaFiles.isEmpty)
  }

  private static let metaSchemaFiles: [String] =
    FileManager.default.enumerator(atPath: metaSchemas)?.compactMap { $0 as? String }.sorted() ?? []

  /// One test.
  struct Case {
    let name: String
    let passes: Bool
  }

  /// Runs every test of a folder (without the folders in it), or of one file of it.
  func run(_ subfolder: String = "", only: String? = nil) throws -> [Case] {
    let folder = subfolder.isEmpty ? folder : "\(folder)/\(subfolder)"
    let documents = try documents()
    let files = try only.map { ["\($0).json"] } ?? FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    var cases: [Case] = []
    for file in files where file.hasSuffix(".json") {
      let groups = try JSONValue(parsing: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
      for group in groups.array ?? [] { cases += run(group, file, documents) }
    }
    return cases
  }

  private func run(_ group: JSONValue, _ file: String, _ documents: [String: JSONValue]) -> [Case] {
    let title = "\(file): \(group["description"]?.string ?? "")"
    let schema = Result { () throws(SchemaProblem) in
      try JSONSchema(group["schema"] ?? true, uri: "file:///suite/\(file)", draft: draft) { documents[$0] }
    }
    return (group["tests"]?.array ?? []).map { test in
      let name = "\(title): \(test["description"]?.string ?? "")"
      guard case .success(let schema) = schema else { return Case(name: name, passes: false) }
      let violations = schema.violations(of: test["data"] ?? .null)
      return Case(name: name, passes: violations.isEmpty == test["valid"]?.bool)
    }
  }

  /// What the suite's schemas refer to, by URI.
  private func documents() throws -> [String: JSONValue] {
    var documents: [String: JSONValue] = [:]
    func add(_ path: String, _ uri: String?) {
      guard let data = FileManager.default.contents(atPath: path), let value = try? JSONValue(parsing: data) else {
        return
      }
      if let uri = uri ?? value["$id"]?.string { documents[uri.hasSuffix("#") ? String(uri.dropLast()) : uri] = value }
    }
    for file in FileManager.default.enumerator(atPath: remotes)?.compactMap({ $0 as? String }) ?? [] {
      add("\(remotes)/\(file)", "http://localhost:1234/\(file)")
    }
    for file in Self.metaSchemaFiles { add("\(Self.metaSchemas)/\(file)", nil) }
    return documents
  }
}
