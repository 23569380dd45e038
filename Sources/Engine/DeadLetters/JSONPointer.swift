internal import JSON

/// A place in a JSON value (RFC 6901).
struct JSONPointer: Equatable {
  /// The names or places on the way, unescaped.
  let tokens: [String]
  /// As it was written.
  let text: String

  /// Reads a pointer; nil: it is neither empty nor does it begin with a slash, or has an escape that there is not.
  init?(_ text: String) {
    self.text = text
    guard !text.isEmpty else {
      tokens = []
      return
    }
    guard text.hasPrefix("/") else { return nil }
    var tokens: [String] = []
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let token = Self.unescaped(part) else { return nil }
      tokens.append(token)
    }
    self.tokens = tokens
  }

  /// Puts `value` at the place: replaces what is there, adds a member to an object, an element behind a list (`-`).
  /// False: there is no such place.
  func set(_ value: JSONValue, in document: inout JSONValue) -> Bool {
    Self.change(&document, tokens[...]) { place in
      place = value
      return true
    }
  }

  /// Takes the member or element at the place out. False: there is none.
  func drop(from document: inout JSONValue) -> Bool {
    guard !tokens.isEmpty else { return false }
    return Self.change(&document, tokens[...]) { place in
      if case .none = place { return false }
      place = .none
      return true
    }
  }

  private static func change(
    _ value: inout JSONValue, _ tokens: ArraySlice<String>, _ body: (inout JSONValue?) -> Bool
  ) -> Bool {
    guard let token = tokens.first else {
      var place: JSONValue? = value
      guard body(&place), let changed = place else { return false }
      value = changed
      return true
    }
    let rest = tokens.dropFirst()
    switch value {
    case .object(var object):
      var place = object[token]
      if rest.isEmpty {
        guard body(&place) else { return false }
      } else {
        guard var inner = place, change(&inner, rest, body) else { return false }
        place = inner
      }
      object[token] = place
      value = .object(object)
      return true
    case .array(var elements):
      guard let index = index(token, in: elements) else { return false }
      guard !rest.isEmpty else {
        var place: JSONValue? = .none
        if index < elements.count { place = elements[index] }
        guard body(&place) else { return false }
        elements.replaceSubrange(index..<min(index + 1, elements.count), with: place.map { [$0] } ?? [])
        value = .array(elements)
        return true
      }
      guard index < elements.count, change(&elements[index], rest, body) else { return false }
      value = .array(elements)
      return true
    default: return false
    }
  }

  private static func index(_ token: String, in elements: [JSONValue]) -> Int? {
    if token == "-" { return elements.count }
    guard let index = Int(token), String(index) == token, elements.indices.contains(index) else { return nil }
    return index
  }

  private static func unescaped(_ part: Substring) -> String? {
    var text = ""
    var rest = part.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "~" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "0": text += "~"
      case "1": text += "/"
      default: return nil
      }
    }
    return text
  }
}
