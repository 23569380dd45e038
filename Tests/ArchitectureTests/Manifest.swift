/// The targets and their dependencies as `Package.swift` declares them through its helpers `system`, `library`,
/// `program` and `tests`.
enum Manifest {
  enum Kind: String, Sendable { case system, library, program, tests }

  struct Target: Sendable {
    let kind: Kind
    let name: String
    let dependencies: Set<String>
  }

  static let targets: [Target] = {
    // Only the array of targets; the helpers' own declarations stand before it.
    let text = SourceTree.file("Package.swift")?.text ?? ""
    guard let start = text.firstRange(of: "targets: [\n") else { return [] }
    let declaration = /\b(system|library|program|tests)\(\s*"(\w+)"(?:,\s*(?:pkgConfig[^)]*|\[([^\]]*)\]))?/
    return text[start.upperBound...].matches(of: declaration).compactMap { match in
      guard let kind = Kind(rawValue: String(match.1)) else { return nil }
      let names = (match.3 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
      return Target(kind: kind, name: String(match.2), dependencies: Set(names))
    }
  }()

  static func target(_ name: String) -> Target? { targets.first { $0.name == name } }
}
