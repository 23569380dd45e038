/// An element of the small XML documents that S3 and STS answer with. Attributes and namespaces are left out.
struct XMLElement: Equatable {
  /// The name without its prefix.
  var name: String
  /// The text directly in it.
  var text: String = ""
  var children: [XMLElement] = []

  /// The first child of a name.
  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The text of the first child of a name.
  subscript(name: String) -> String? { child(name)?.text }

  /// The root element of a document; nil: it is no XML that these services write.
  init?(parsing bytes: some Sequence<UInt8>) {
    var parser = XMLParser(Array(bytes))
    guard let root = parser.document() else { return nil }
    self = root
  }

  init(name: String) { self.name = name }

  /// `text` for use in an element.
  static func escaped(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\r": out += "&#13;"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }
}
