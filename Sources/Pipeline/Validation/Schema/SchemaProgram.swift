internal import Settings

/// One assertion or applicator: an operation with numbers into the program's tables.
struct SchemaKeyword: BitwiseCopyable {
  enum Operation: UInt8, BitwiseCopyable {
    /// Nothing is valid.
    case never
    /// `a`: a mask of types.
    case type
    /// `a`: the list of constants, `b`: how many.
    case enumeration
    /// `a`: the number.
    case multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum
    /// `a`: the limit.
    case maxLength, minLength, maxItems, minItems, maxProperties, minProperties
    /// `a`: the pattern.
    case pattern
    /// `a`: the format.
    case format
    case uniqueItems
    /// `a`: the list of names, `b`: how many.
    case required
    /// `a`: the name; `b`: the list of names, `c`: how many.
    case dependentRequired
    /// `a`: the name; `b`: the node.
    case dependentSchema
    /// `a`: the table of members.
    case members
    /// `a`: the list of the first elements' nodes, `b`: how many, `c`: the node of the others; -1: none.
    case elements
    /// `a`: the node, `b`: the least, `c`: the most.
    case contains
    /// `a`: the node.
    case propertyNames, not, reference
    /// `a`: the list of nodes, `b`: how many.
    case allOf, anyOf, oneOf
    /// `a`: the node of the condition, `b`: then, `c`: else; -1: none.
    case condition
    /// `a`: the node, `b`: the dynamic name.
    case dynamicReference
    /// `a`: the node.
    case unevaluatedItems, unevaluatedProperties
  }

  var operation: Operation
  var a: Int32 = -1
  var b: Int32 = -1
  var c: Int32 = -1
  /// The rule, for messages and counts.
  var rule: Int32 = -1
}

/// A compiled schema object.
struct SchemaNode: BitwiseCopyable {
  var first: Int32 = 0
  var count: Int32 = 0
  /// The resource that it stands in.
  var resource: Int32 = 0
}

/// What is told about a violation of a keyword.
struct SchemaRule {
  var keyword: String
  /// The title of the schema object, or where the keyword stands.
  var name: String
}

/// The subschemas of an object's members.
final class MemberTable {
  /// Name and node of `properties`, found by the name's hash in `slots`.
  private(set) var entries: [(hash: UInt32, name: [UInt8], node: Int32)] = []
  private var slots: [Int32] = []
  var patterns: [(pattern: ECMAPattern, node: Int32)] = []
  var additional: Int32 = -1

  init(_ properties: [(String, Int32)]) {
    for (name, node) in properties {
      let bytes = Array(name.utf8)
      entries.append((bytes.withUnsafeBytes { InstanceItem.hash($0) }, bytes, node))
    }
    var size = 8
    while size < entries.count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for (index, entry) in entries.enumerated() {
      var slot = Int(entry.hash) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(index)
    }
  }

  /// The node of the property with this name; -1: none.
  func node(_ hash: UInt32, _ name: UnsafeRawBufferPointer) -> Int32 {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if entries[index].hash == hash, name.elementsEqual(entries[index].name) { return entries[index].node }
      slot = (slot + 1) & (slots.count - 1)
    }
    return -1
  }
}

/// A schema as flat tables: walking it costs no allocation.
final class SchemaProgram {
  var nodes: [SchemaNode] = []
  var keywords: [SchemaKeyword] = []
  var lists: [Int32] = []
  var numbers: [ExactNumber] = []
  var patterns: [ECMAPattern] = []
  var members: [MemberTable] = []
  var names: [(hash: UInt32, bytes: [UInt8])] = []
  /// The values of `enum` and `const`.
  let constants = Instance()
  var rules: [SchemaRule] = []
  /// Whether a keyword asks what others have evaluated.
  var tracksEvaluated = false
  /// Per dynamic name: the resource's number and the node there.
  var dynamics: [[(resource: Int32, node: Int32)]] = []
  var root = 0

  /// The number of a name.
  func name(_ text: String) -> Int32 {
    let bytes = Array(text.utf8)
    names.append((bytes.withUnsafeBytes { InstanceItem.hash($0) }, bytes))
    return Int32(names.count - 1)
  }

  /// Appends a list and returns its place.
  func list(_ items: [Int32]) -> Int32 {
    lists += items
    return Int32(lists.count - items.count)
  }
}
