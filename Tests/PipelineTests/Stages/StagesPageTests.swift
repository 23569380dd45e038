import Foundation
import Settings
import Testing

@testable import Pipeline

/// The keys in `docs/stages.md` are the declarations in the code. `MARTINET_UPDATE_DOCS=1` writes them.
@Suite struct StagesPageTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/stages.md")

  @Test func theKeysAreTheDeclarations() throws {
    let page = try String(contentsOf: Self.path, encoding: .utf8)
    let head = try #require(page.range(of: "`negate` are every stage's.\n\n"))
    let wanted = String(page[..<head.upperBound]) + Self.keys
    if ProcessInfo.processInfo.environment["MARTINET_UPDATE_DOCS"] == "1" {
      try wanted.write(to: Self.path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: Self.path, encoding: .utf8)
    #expect(written == wanted, "docs/stages.md is out of date: scripts/update-docs writes it")
  }

  private static var keys: String {
    let stages = StageTable.all.map { section($0.names, $0.keys) }
    let predicates = StageTable.predicates.map { section([$0.name], $0.keys) }
    return (stages + predicates).joined(separator: "\n")
  }

  private static func section(_ names: [String], _ keys: [KeyDefinition]) -> String {
    let title = names[0].split(separator: ".").last.map { $0.split(separator: "$")[0] } ?? ""
    let classes = names.map { "`\($0)`" }.joined(separator: ", ")
    var lines = ["### \(title)", classes]
    if !keys.isEmpty { lines += ["", "| key | type | default | meaning |", "|---|---|---|---|"] }
    for key in keys {
      let values = key.validValues.isEmpty ? "" : " Values: \(key.validValues.joined(separator: ", "))."
      let fallback = key.isRequired ? "required" : key.defaultValue.map { $0.isEmpty ? "" : "`\($0)`" } ?? ""
      lines.append("| `\(key.name)` | \(key.kind.rawValue) | \(fallback) | \(key.documentation)\(values) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
