internal import ChangeModel
internal import JSON

/// The configuration as flat keys with their texts and places, whatever way they were nested.
struct SettingLeaves {
  private struct Leaf {
    let key: String
    let text: String
    /// `cdcd.yaml:3:5`, or the variable's name.
    let place: String
    let isFromFile: Bool
  }

  private var leaves: [Leaf] = []
  /// What is wrong before any key is looked at.
  private(set) var problems: [String] = []

  /// The keys and their texts.
  var raw: JSONObject { JSONObject(leaves.map { JSONObject.Member($0.key, .string($0.text)) }) }

  /// A problem with the place of its key.
  func place(_ problem: ConfigProblem) -> String {
    let place = leaves.first { $0.key == problem.key }?.place
    return place.map { "\($0): \(problem.message)" } ?? problem.message
  }

  /// A path of the file is relative to the file's folder; one of a variable, to where the process was started.
  func resolve(_ path: String, of key: String, in folder: String) -> String {
    let isFromFile = leaves.first { $0.key == key }?.isFromFile ?? false
    return isFromFile && !path.hasPrefix("/") ? PathName.join(folder, path) : path
  }

  // MARK: File

  mutating func read(_ text: [UInt8], file: String) throws(CDCError) {
    do throws(YAMLProblem) {
      guard let root = try YAML.node(text) else { return }
      if case .scalar = root.content, root.scalarText == nil { return }
      guard case .mapping = root.content else { throw YAMLProblem("a map of keys is expected", root.mark) }
      flatten(root, []) { Leaf(key: $0, text: $1, place: "\(file):\($2.line):\($2.column)", isFromFile: true) }
    } catch {
      // Some JSON texts are too much for libyaml; their places are lost then.
      guard case .object(let object)? = try? JSONValue(parsing: text) else {
        throw CDCError(.malformedDocument, "\(file):\(error.line):\(error.column): \(error.message)")
      }
      flatten(object, [], file)
    }
  }

  private mutating func flatten(
    _ node: YAMLNode, _ path: [String], _ leaf: (String, String, YAMLMark) -> Leaf
  ) {
    switch node.content {
    case .mapping(let pairs):
      for pair in pairs {
        guard case .scalar(let name, _, _) = pair.key.content else { continue }
        let isLeaf = if case .mapping = pair.value.content { false } else { true }
        flatten(
          isLeaf ? YAMLNode(pair.value.content, pair.key.mark) : pair.value, path + [name], leaf)
      }
    case .sequence(let items):
      let texts = items.compactMap(\.scalarText)
      let made = leaf(path.joined(separator: "."), texts.joined(separator: ","), node.mark)
      guard texts.count == items.count else {
        problems.append("\(made.place): the list \(made.key) must have texts only")
        return
      }
      add(made)
    case .scalar:
      if let text = node.scalarText { add(leaf(path.joined(separator: "."), text, node.mark)) }
    }
  }

  private mutating func flatten(_ object: JSONObject, _ path: [String], _ file: String) {
    for member in object.members {
      let key = (path + [member.name]).joined(separator: ".")
      switch member.value {
      case .object(let inner): flatten(inner, path + [member.name], file)
      case .array(let items):
        add(Leaf(key: key, text: items.compactMap(\.string).joined(separator: ","), place: file, isFromFile: true))
      case .string(let text), .number(let text): add(Leaf(key: key, text: text, place: file, isFromFile: true))
      case .bool(let flag): add(Leaf(key: key, text: flag ? "true" : "false", place: file, isFromFile: true))
      case .null: break
      }
    }
  }

  private mutating func add(_ leaf: Leaf) {
    if let other = leaves.first(where: { $0.key == leaf.key }) {
      problems.append("\(leaf.place): the key \"\(leaf.key)\" is there twice, first at \(other.place)")
    } else {
      leaves.append(leaf)
    }
  }

  // MARK: Environment

  /// Takes over every variable `CDC_…` that stands for a key. Returns a notice for each that does not.
  mutating func override(by environment: [String: String]) -> [String] {
    var notices: [String] = []
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("CDC_") {
      guard let key = EnvironmentNames.key(of: name) else {
        let nearest = EnvironmentNames.nearest(to: name).map { " (did you mean \($0)?)" } ?? ""
        notices.append("the environment variable \(name) is no key of the engine and is not used by it\(nearest)")
        continue
      }
      for leaf in Self.leaves(of: key, name, value) { replace(leaf) }
    }
    return notices
  }

  /// The variable's value, read as YAML: a text, a list, or for a section a map.
  private static func leaves(of key: String, _ name: String, _ value: String) -> [Leaf] {
    let plain = Leaf(key: key, text: value, place: name, isFromFile: false)
    // What is no YAML, as a password that begins with %, is meant as it stands.
    guard let node = try? YAML.node(Array(value.utf8)) else { return value.isEmpty ? [] : [plain] }
    if case .mapping = node.content, !EnvironmentNames.isSection(key) { return [plain] }
    var inner = SettingLeaves()
    inner.flatten(node, [key]) { key, text, _ in Leaf(key: key, text: text, place: name, isFromFile: false) }
    return inner.leaves
  }

  /// Puts a leaf in the place of what it contradicts: its own key, keys below it and the key that it is below of.
  private mutating func replace(_ leaf: Leaf) {
    leaves.removeAll {
      $0.key == leaf.key || $0.key.hasPrefix(leaf.key + ".") || leaf.key.hasPrefix($0.key + ".")
    }
    leaves.append(leaf)
  }
}
