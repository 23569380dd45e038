/// Finds code that stops the process on purpose: outside data must never reach such a place. `assert` may stay: it proves
/// in debug builds what our own code promises, and a release has none.
enum Crashes {
  /// Files that may state preconditions, each with the reason. They guard memory that only our own code addresses:
  /// going on there would read or write outside of it.
  static let preconditions: [String: String] = [
    "Sources/ChangeModel/Bytes/ByteBuffer.swift": "ranges are made by the code that filled the buffer, never read in"
  ]

  static func findings(in file: SourceTree.File) -> [String] {
    var found: [String] = []
    for line in file.swift.lines {
      guard line.text.contains(where: { $0 == "!" || $0 == "(" }) else { continue }
      for (name, isFound) in checks(line.text) where isFound {
        if name == "precondition", preconditions[file.path] != nil { continue }
        found.append("\(file.path):\(line.number): \(name)")
      }
    }
    return found
  }

  private static func checks(_ code: Substring) -> [(String, Bool)] {
    [
      ("fatalError", code.contains(/\bfatalError\b/)),
      ("preconditionFailure", code.contains(/\b(?:preconditionFailure|assertionFailure)\b/)),
      ("precondition", code.contains(/\bprecondition\s*\(/)),
      ("try!", code.contains(/\btry!/)),
      ("as!", code.contains(/\bas!/)),
      ("a forced unwrap", code.contains(/[\w\)\]\}]!(?!=)/) && !code.contains(/\b(?:try|as)!/)),
    ]
  }
}
