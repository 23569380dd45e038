import Foundation
import TestSupport

/// The files of the checkout, as the rules see them.
enum SourceTree {
  struct File: Sendable {
    /// The path in the checkout.
    let path: String
    let text: String
    /// The target of a file under `Sources`, else nil.
    var target: String? {
      let parts = path.split(separator: "/")
      return parts.first == "Sources" && parts.count > 2 ? String(parts[1]) : nil
    }
    var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
    /// Its code without comments and texts, for Swift files.
    let swift: SwiftText

    init(path: String, text: String) {
      self.path = path
      self.text = text
      swift = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    /// The modules that it imports.
    var imports: [String] {
      swift.lines.compactMap { line in
        guard line.text.contains("import") else { return nil }
        let match = line.text.firstMatch(
          of:
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|func|protocol|typealias|let|var)\s+)?(\w+)/
        )
        return match.map { String($0.1) }
      }
    }
  }

  /// Everything that belongs to the project.
  static let files: [File] = {
    let skipped: Set<String> = [".git", ".build", ".venv", "__pycache__"]
    var found: [File] = []
    let root = URL(fileURLWithPath: Checkout.path)
    guard let walk = FileManager.default.enumerator(atPath: Checkout.path) else { return [] }
    while let path = walk.nextObject() as? String {
      let name = (path as NSString).lastPathComponent
      if skipped.contains(name) || name.hasPrefix(".build") {
        walk.skipDescendants()
        continue
      }
      guard let data = try? Data(contentsOf: root.appendingPathComponent(path)) else { continue }
      if let text = String(data: data, encoding: .utf8) { found.append(File(path: path, text: text)) }
    }
    return found.sorted { $0.path < $1.path }
  }()

  static var swift: [File] { files.filter { $0.path.hasSuffix(".swift") } }
  static var sources: [File] { swift.filter { $0.target != nil } }
  static var tests: [File] { swift.filter { $0.path.hasPrefix("Tests/") } }

  static func file(_ path: String) -> File? { files.first { $0.path == path } }
}
