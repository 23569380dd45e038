/// References resolved against a base, by RFC 3986 (chapter 5.2).
enum SchemaURI {
  private struct Parts {
    var scheme: Substring?
    var authority: Substring?
    var path: Substring
    var query: Substring?
  }

  /// A URI without its fragment, and the fragment (without `#`, decoded from percent signs; nil: there is none).
  static func split(_ uri: String) -> (uri: String, fragment: String?) {
    guard let hash = uri.firstIndex(of: "#") else { return (uri, nil) }
    return (String(uri[..<hash]), decoded(uri[uri.index(after: hash)...]))
  }

  /// The URI that `reference` (without a fragment) means where `base` is the base.
  static func resolve(_ reference: String, against base: String) -> String {
    guard !reference.isEmpty else { return base }
    var target = parse(reference)
    guard target.scheme == nil else { return text(target, dotless(target.path)) }
    let base = parse(base)
    target.scheme = base.scheme
    guard target.authority == nil else { return text(target, dotless(target.path)) }
    target.authority = base.authority
    if target.path.isEmpty {
      target.path = base.path
      target.query = target.query ?? base.query
      return text(target, String(target.path))
    }
    if target.path.hasPrefix("/") { return text(target, dotless(target.path)) }
    if base.authority != nil, base.path.isEmpty { return text(target, dotless("/" + target.path)) }
    let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? ""
    return text(target, dotless(folder + target.path))
  }

  private static func parse(_ uri: String) -> Parts {
    var rest = uri[...]
    var parts = Parts(path: "")
    if let colon = rest.firstIndex(where: { ":/?".contains($0) }), rest[colon] == ":", colon > rest.startIndex {
      parts.scheme = rest[..<colon]
      rest = rest[rest.index(after: colon)...]
    }
    if let question = rest.firstIndex(of: "?") {
      parts.query = rest[rest.index(after: question)...]
      rest = rest[..<question]
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      parts.authority = rest[..<end]
      rest = rest[end...]
    }
    parts.path = rest
    return parts
  }

  private static func text(_ parts: Parts, _ path: String) -> String {
    (parts.scheme.map { $0 + ":" } ?? "") + (parts.authority.map { "//" + $0 } ?? "") + path
      + (parts.query.map { "?" + $0 } ?? "")
  }

  private static func dotless(_ path: some StringProtocol) -> String {
    var out: [Substring] = []
    let steps = Substring(path).split(separator: "/", omittingEmptySubsequences: false)
    for (index, step) in steps.enumerated() {
      let isLast = index == steps.count - 1
      switch step {
      case ".": if isLast { out.append("") }
      case "..":
        if out.count > 1 || out.first.map({ !$0.isEmpty }) ?? false { out.removeLast() }
        if isLast { out.append("") }
      default: out.append(step)
      }
    }
    return out.joined(separator: "/")
  }

  /// The text with its percent signs decoded.
  private static func decoded(_ text: Substring) -> String {
    var out: [UInt8] = []
    var bytes = text.utf8[...]
    while let byte = bytes.popFirst() {
      let digits = bytes.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16) {
        out.append(value)
        bytes = bytes.dropFirst(2)
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
