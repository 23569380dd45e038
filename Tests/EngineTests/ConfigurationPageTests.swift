import Foundation
import Settings
import Testing

@testable import Engine
@testable import ObjectStoreSink
@testable import WarehouseSink

/// `docs/configuration.md` is made from the declarations of the keys, and must be up to date.
/// `MARTINET_UPDATE_DOCS=1` writes it.
@Suite struct ConfigurationPageTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/configuration.md")

  @Test func thePageIsTheDeclarations() throws {
    let page = Self.page
    if ProcessInfo.processInfo.environment["MARTINET_UPDATE_DOCS"] == "1" {
      try page.write(to: Self.path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: Self.path, encoding: .utf8)
    #expect(written == page, "docs/configuration.md is out of date: scripts/update-docs writes it")
  }

  private static var page: String {
    let sections =
      [("PostgreSQL source", "`\(PostgresSourceClass.className)`, `postgres`", PostgresSourceClass.definition)]
      + WarehouseClass.allCases.map { ("Warehouse sink: \($0)", "`\($0.rawValue)`", $0.definition) }
      + ObjectStoreClass.allCases.map { ("Object store sink: \($0)", "`\($0.rawValue)`", $0.definition) }
    return """
      # Configuration keys

      Made from the declarations in the code by `scripts/update-docs`; a test keeps it true. A key that is not listed is an
      error that names the nearest one. Support: **yes**; **tuning**: accepted, and it changes nothing here or what the note
      says; **no**: refused by name unless it stands at its default. A name that ends with `*` stands for all keys that begin so.

      """ + sections.map { section($0.0, $0.1, $0.2) }.joined(separator: "\n")
  }

  private static func section(_ title: String, _ classes: String, _ definition: ConfigDefinition) -> String {
    var lines = [
      "## \(title)", "", "`connector.class`: \(classes)", "", "| key | type | default | support | meaning |",
      "|---|---|---|---|---|",
    ]
    var seen: Set<String> = []
    for key in definition.keys.reversed() where seen.insert(key.name).inserted {
      lines.insert(row(key), at: 6)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ key: KeyDefinition) -> String {
    let support =
      switch key.support {
      case .supported: "yes"
      case .tuning(let note): "tuning: \(note)"
      case .unsupported: "no"
      }
    let values = key.validValues.filter { !key.unsupportedValues.contains($0) }
    let meaning = key.documentation + (values.isEmpty ? "" : " Values: \(values.joined(separator: ", ")).")
    let fallback = key.isRequired ? "required" : key.defaultValue.map { $0.isEmpty ? "" : "`\($0)`" } ?? ""
    return "| `\(key.name)` | \(key.kind.rawValue) | \(cell(fallback)) | \(cell(support)) | \(cell(meaning)) |"
  }

  private static func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }
}
