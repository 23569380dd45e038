/// A template of Aiven's sinks: `{{topic}}-{{partition:padding=true}}-{{timestamp:unit=yyyy}}`.
struct NameTemplate: Sendable {
  /// What is wrong with a template.
  struct Problem: Error {
    var message: String
  }

  /// A piece of it.
  enum Part: Sendable, Equatable {
    case text(String)
    case variable(String, parameter: String, value: String)
  }

  let parts: [Part]

  /// The names of its variables.
  var variables: Set<String> {
    Set(
      parts.compactMap {
        if case .variable(let name, _, _) = $0 { return name }
        return nil
      })
  }

  /// The units of its timestamps, in order.
  var timeUnits: [String] {
    parts.compactMap {
      if case .variable("timestamp", _, let unit) = $0 { return unit }
      return nil
    }
  }

  init(_ template: String) throws(Problem) {
    var parts: [Part] = []
    var rest = Substring(template)
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      let inner = rest[open.upperBound..<close.lowerBound].trimmed
      guard let part = try Self.variable(inner, in: template) else {
        // Not of the form of a variable: it stands for itself, as the pattern of Aiven's parser leaves it.
        parts.append(.text(String(rest[..<close.upperBound])))
        rest = rest[close.upperBound...]
        continue
      }
      if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
      parts.append(part)
      rest = rest[close.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
  }

  private static func variable(_ inner: Substring, in template: String) throws(Problem) -> Part? {
    func isWord(_ text: Substring, _ more: String = "") -> Bool {
      text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || more.contains($0)) }
    }
    let halves = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = halves.first ?? ""
    guard isWord(name), halves.count == 1 || isWord(halves[1], "=") else { return nil }
    guard !name.isEmpty else { throw Problem(message: "Variable name hasn't been set for template: \(template)") }
    guard halves.count == 2 else { return .variable(String(name), parameter: "", value: "") }
    guard !halves[1].isEmpty else { throw Problem(message: "Wrong variable with parameter definition") }
    let pair = halves[1].split(separator: "=", omittingEmptySubsequences: false)
    guard let key = pair.first, !key.isEmpty else {
      throw Problem(message: "Parameter name for variable `\(name)` has not been set")
    }
    guard pair.count > 1, !pair[1].isEmpty else {
      throw Problem(message: "Parameter value for variable `\(name)` and parameter `\(key)` has not been set")
    }
    return .variable(String(name), parameter: String(key), value: String(pair[1]))
  }

  /// The text with each variable's value.
  func text(_ value: (_ name: String, _ parameter: String) -> String) -> String {
    var out = ""
    for part in parts {
      switch part {
      case .text(let text): out += text
      case .variable(let name, _, let parameter): out += value(name, parameter)
      }
    }
    return out
  }
}

extension Substring {
  /// Without white space at both ends.
  fileprivate var trimmed: Substring {
    var rest = self
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }

  /// Where another text first stands in it.
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(text) { return at..<index(at, offsetBy: text.count) }
      at = index(after: at)
    }
    return nil
  }
}
