import ChangeModel
import Foundation
import TestSupport
import Testing

/// The table of errors: complete, unique, and told in `docs/errors.md`.
@Suite struct ErrorCodeTests {
  /// Areas by thousands, in the order of the page.
  static let areas = [
    (1000, "Configuration"), (2000, "PostgreSQL source"), (3000, "Kafka"), (4000, "Schemas and encoding"),
    (5000, "Warehouse sink"), (6000, "Engine and control plane"),
    (7000, "Object storage"), (8000, "Validation"),
  ]

  @Test func numbersAreUniqueAndInTheirArea() {
    let numbers = ErrorCode.all.map(\.number)
    #expect(!numbers.isEmpty)
    #expect(Set(numbers).count == numbers.count, "a number is used twice")
    for number in numbers { #expect(Self.areas.contains { $0.0 == number / 1000 * 1000 }, "\(number) has no area") }
  }

  @Test func everyCodeSaysWhatToDo() {
    for code in ErrorCode.all {
      #expect(code.meaning.count > 10, "\(code.name) has no meaning")
      #expect(code.remedy.hasSuffix("."), "the remedy of \(code.name) is no sentence")
      #expect(!code.meaning.contains("|") && !code.remedy.contains("|"), "\(code.name) would break the table")
    }
  }

  @Test func everyDeclaredCodeIsListedAndRaised() {
    let folder = "Sources/ChangeModel/Errors/ErrorCode+"
    let others = SourceTree.sources.filter { !$0.path.hasPrefix(folder) }.map(\.swift.code).joined()
    let raised = Set(others.matches(of: /\.(\w+)/).map(\.1))
    var declared: [(name: Substring, number: Int?)] = []
    for file in SourceTree.sources where file.path.hasPrefix(folder) {
      declared += file.swift.code.matches(
        of: /static let (\w+)(?:: ErrorCode)?\s*=\s*(?:ErrorCode|\.init|Self)\(\s*(\d+)/
      )
      .map { ($0.1, Int($0.2)) }
    }
    let unraised = declared.map(\.name).filter { !raised.contains($0) }
    #expect(unraised.isEmpty, "nobody raises them")
    let unlisted = declared.filter { code in !ErrorCode.all.contains { $0.number == code.number } }.map(\.name)
    #expect(unlisted.isEmpty, "they are in no area's list")
    #expect(declared.count == ErrorCode.all.count)
  }

  @Test func thePageIsTheTable() throws {
    let path = Checkout.path + "/docs/errors.md"
    if ProcessInfo.processInfo.environment["MARTINET_UPDATE_DOCS"] == "1" {
      try Data(Self.page.utf8).write(to: URL(fileURLWithPath: path))
    }
    let page = try String(contentsOfFile: path, encoding: .utf8)
    let isUpToDate = page == Self.page
    #expect(isUpToDate, "docs/errors.md is not up to date: run scripts/update-docs")
  }

  private static var page: String {
    var text = """
      # Errors

      Every error has a stable code. It stands at the beginning of a task's trace, in the log (`error.code`), in a dead
      letter's headers and in the metric `cdc_errors_total`. This page is made from the table in the code
      (`Sources/ChangeModel/Errors`) by `scripts/update-docs`.

      | class | what happens |
      |---|---|
      | `target` | the other side is down or busy: waited for, with growing pauses, then tried again |
      | `record` | this record may pass later: tried again, then it is a dead letter |
      | `poison` | this record never passes: dead letter, or the task stops, as `errors.tolerance` says |
      | `fatal` | an operator is needed: the task stops |

      """
    for (first, title) in areas {
      let codes = ErrorCode.all.filter { (first..<(first + 1000)).contains($0.number) }
      guard !codes.isEmpty else { continue }
      text += "\n## \(title)\n\n| code | class | meaning | what to do |\n|---|---|---|---|\n"
      for code in codes {
        text += "| `\(code.name)` | `\(code.failureClass.rawValue)` | \(code.meaning) | \(code.remedy) |\n"
      }
    }
    return text
  }
}
