internal import JSON

/// Which JSON Schema a resource is written in.
struct SchemaDialect: Equatable {
  /// Draft-07; otherwise 2020-12.
  var isDraft7: Bool
  /// Whether its meta-schema has the vocabulary of assertions.
  var asserts = true

  static let draft7 = SchemaDialect(isDraft7: true)
  static let current = SchemaDialect(isDraft7: false)

  /// The dialect that `$schema` names; nil: none of those that are known.
  static func named(_ uri: String) -> SchemaDialect? {
    var name = uri
    if name.hasSuffix("#") { name.removeLast() }
    switch name {
    case "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema": return .draft7
    case "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft/2020-12/schema": return .current
    default: return nil
    }
  }
}

/// A schema with a URI of its own: a document, or a part of one with `$id`.
final class SchemaResource {
  let number: Int
  let uri: String
  let document: SchemaDocument
  /// Where in the document it begins.
  let pointer: String
  let dialect: SchemaDialect
  /// Pointers in the document, by the names of `$anchor` and `$dynamicAnchor`.
  var anchors: [String: String] = [:]
  /// The names of these that are dynamic.
  var dynamicAnchors: Set<String> = []

  init(number: Int, uri: String, document: SchemaDocument, pointer: String, dialect: SchemaDialect) {
    self.number = number
    self.uri = uri
    self.document = document
    self.pointer = pointer
    self.dialect = dialect
  }
}

/// A JSON text with the resources in it.
final class SchemaDocument {
  /// Its file or URI, for messages.
  let name: String
  let root: JSONValue
  /// Its resources by where they begin.
  var resources: [String: SchemaResource] = [:]

  init(name: String, root: JSONValue) {
    self.name = name
    self.root = root
  }

  /// The value at a pointer.
  func value(at pointer: String) -> JSONValue? {
    var value = root
    for step in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      switch value {
      case .object(let object):
        guard let next = object[Self.unescaped(step)] else { return nil }
        value = next
      case .array(let elements):
        guard let index = Int(step), elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }

  /// The resource that the value at a pointer belongs to: the innermost around it.
  func resource(at pointer: String) -> SchemaResource? {
    var prefix = pointer[...]
    while true {
      if let found = resources[String(prefix)] { return found }
      guard let slash = prefix.lastIndex(of: "/") else { return nil }
      prefix = prefix[..<slash]
    }
  }

  static func unescaped(_ step: Substring) -> String {
    guard step.contains("~") else { return String(step) }
    var out = ""
    var isEscape = false
    for scalar in step.unicodeScalars {
      if isEscape {
        out.unicodeScalars.append(scalar == "1" ? "/" : "~")
        isEscape = false
      } else if scalar == "~" {
        isEscape = true
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  static func escaped(_ step: String) -> String {
    guard step.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return step }
    var out = ""
    for scalar in step.unicodeScalars {
      switch scalar {
      case "~": out += "~0"
      case "/": out += "~1"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
