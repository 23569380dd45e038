internal import CYAML

/// Builds nodes from libyaml's events. What YAML allows and nobody should write is refused: a key twice, an alias inside
/// of what it stands for, aliases that blow a text up.
struct YAMLParser: ~Copyable {
  private static let weightLimit = 1_000_000
  private static let depthLimit = 200

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private var anchors: [String: YAMLNode] = [:]
  private var openAnchors: Set<String> = []
  private var depth = 0

  init(_ text: [UInt8]) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    yaml_parser_initialize(parser)
    bytes = .allocate(capacity: max(1, text.count))
    _ = bytes.initialize(from: text)
    yaml_parser_set_input_string(parser, bytes.baseAddress, text.count)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deinitialize(count: 1)
    parser.deallocate()
    bytes.deallocate()
  }

  /// The text's one document; nil: it has none.
  mutating func document() throws(YAMLProblem) -> YAMLNode? {
    while true {
      let event = try next()
      switch event.type {
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: continue
      case YAML_STREAM_END_EVENT: return nil
      default:
        let root = try node(event)
        try expectEnd()
        return root
      }
    }
  }

  private mutating func expectEnd() throws(YAMLProblem) {
    while true {
      let event = try next()
      switch event.type {
      case YAML_DOCUMENT_END_EVENT: continue
      case YAML_STREAM_END_EVENT: return
      default: throw YAMLProblem("a second document is not expected", event.mark)
      }
    }
  }

  private mutating func node(_ event: YAMLEvent) throws(YAMLProblem) -> YAMLNode {
    if event.type == YAML_ALIAS_EVENT { return try aliased(event) }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw YAMLProblem("the text is nested too deeply", event.mark) }
    if let anchor = event.anchor { openAnchors.insert(anchor) }
    let node: YAMLNode
    switch event.type {
    case YAML_SCALAR_EVENT:
      try CoreScalar.check(event)
      node = YAMLNode(.scalar(event.text, isPlain: event.isPlain, tag: event.tag), event.mark)
    case YAML_SEQUENCE_START_EVENT: node = YAMLNode(.sequence(try items()), event.mark)
    case YAML_MAPPING_START_EVENT: node = YAMLNode(.mapping(try pairs()), event.mark)
    default: throw YAMLProblem("the text ends too early", event.mark)
    }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = node
    }
    return node
  }

  private func aliased(_ event: YAMLEvent) throws(YAMLProblem) -> YAMLNode {
    let name = event.anchor ?? ""
    guard !openAnchors.contains(name) else {
      throw YAMLProblem("the alias *\(name) stands inside of what it refers to", event.mark)
    }
    guard let target = anchors[name] else { throw YAMLProblem("there is no anchor &\(name)", event.mark) }
    return YAMLNode(target.content, event.mark)
  }

  private mutating func items() throws(YAMLProblem) -> [YAMLNode] {
    var items: [YAMLNode] = []
    var weight = 0
    while true {
      let event = try next()
      if event.type == YAML_SEQUENCE_END_EVENT { return items }
      let item = try node(event)
      weight += item.weight
      try check(weight, event)
      items.append(item)
    }
  }

  private mutating func pairs() throws(YAMLProblem) -> [YAMLNode.Pair] {
    var pairs: [YAMLNode.Pair] = []
    var names: Set<String> = []
    var weight = 0
    while true {
      let event = try next()
      if event.type == YAML_MAPPING_END_EVENT { return pairs }
      let key = try node(event)
      guard case .scalar(let name, _, _) = key.content else {
        throw YAMLProblem("a key must be a text", event.mark)
      }
      guard names.insert(name).inserted else { throw YAMLProblem("the key \"\(name)\" is there twice", event.mark) }
      let value = try node(try next())
      weight += value.weight
      try check(weight, event)
      pairs.append(YAMLNode.Pair(key: key, value: value))
    }
  }

  private func check(_ weight: Int, _ event: YAMLEvent) throws(YAMLProblem) {
    guard weight <= Self.weightLimit else { throw YAMLProblem("aliases make the text too large", event.mark) }
  }

  private mutating func next() throws(YAMLProblem) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) != 0 else { throw problem }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(event)
  }

  /// What libyaml complains about. It points to where it noticed it.
  private var problem: YAMLProblem {
    let text = parser.pointee.problem.map { String(cString: $0) } ?? "the text can't be parsed"
    let mark =
      parser.pointee.error == YAML_READER_ERROR
      ? Self.mark(at: parser.pointee.problem_offset, in: bytes) : YAMLMark(parser.pointee.problem_mark)
    return YAMLProblem(text, mark)
  }

  private static func mark(at offset: Int, in bytes: UnsafeMutableBufferPointer<UInt8>) -> YAMLMark {
    let before = bytes.prefix(max(0, offset))
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return YAMLMark(line: before.count { $0 == 0x0A } + 1, column: before.count - lineStart + 1)
  }
}

/// An event of libyaml as Swift values.
struct YAMLEvent {
  let type: yaml_event_type_t
  let mark: YAMLMark
  private(set) var anchor: String?
  private(set) var tag: String?
  private(set) var text = ""
  private(set) var isPlain = false

  init(_ event: yaml_event_t) {
    type = event.type
    mark = YAMLMark(event.start_mark)
    switch event.type {
    case YAML_ALIAS_EVENT: anchor = Self.string(event.data.alias.anchor)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      anchor = Self.string(scalar.anchor)
      tag = Self.string(scalar.tag)
      text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    case YAML_SEQUENCE_START_EVENT:
      anchor = Self.string(event.data.sequence_start.anchor)
      tag = Self.string(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      anchor = Self.string(event.data.mapping_start.anchor)
      tag = Self.string(event.data.mapping_start.tag)
    default: break
    }
  }

  private static func string(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    bytes.map { String(cString: $0) }
  }
}

extension YAMLMark {
  init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
