internal import ChangeModel
internal import JSON
internal import Settings

/// The topics that a file of `cdcctl topic apply` wants (`defaults` and `topics`, each with `partitions`, `replication`
/// and `config`).
struct TopicFile: Equatable {
  /// A topic as it is to be; what is not said is left as it is, and is the broker's default where the topic is made.
  struct Topic: Equatable {
    var name: String
    var partitions: Int32?
    var replication: Int32?
    /// Its settings by name.
    var config: [String: String] = [:]
  }

  /// The topics in the file's order.
  private(set) var topics: [Topic] = []

  private static let settings = ["partitions", "replication", "config"]

  /// Reads a YAML (or JSON) text. Throws `badTopicFile` with every problem and its place.
  init(parsing text: [UInt8]) throws(CDCError) {
    let document: JSONValue
    do { document = try YAML.parse(text) } catch {
      throw CDCError(.badTopicFile, "the text is not YAML", cause: "\(error)")
    }
    var problems: [String] = []
    guard let root = document.object else { throw CDCError(.badTopicFile, "the text is not a map with topics") }
    for name in root.names where name != "defaults" && name != "topics" {
      problems.append("unknown key \(name): there are defaults and topics")
    }
    let defaults = Self.read("defaults", root["defaults"] ?? .object(JSONObject()), &problems)
    if let wanted = root["topics"]?.object {
      for (name, value) in wanted.members.map({ ($0.name, $0.value) }) {
        if let fault = Self.fault(ofName: name) { problems.append("topics.\(name): \(fault)") }
        var topic = Self.read("topics.\(name)", value.isNull ? .object(JSONObject()) : value, &problems)
        topic.name = name
        topic.partitions = topic.partitions ?? defaults.partitions
        topic.replication = topic.replication ?? defaults.replication
        topic.config.merge(defaults.config) { own, _ in own }
        topics.append(topic)
      }
    } else {
      problems.append("topics is missing or is not a map of names")
    }
    guard problems.isEmpty else { throw CDCError(.badTopicFile, problems.joined(separator: "; ")) }
  }

  private static func read(_ place: String, _ value: JSONValue, _ problems: inout [String]) -> Topic {
    var topic = Topic(name: "")
    guard let object = value.object else {
      problems.append("\(place) is not a map of \(settings.joined(separator: ", "))")
      return topic
    }
    for member in object.members {
      switch member.name {
      case "partitions": topic.partitions = number(member.value, "\(place).partitions", &problems)
      case "replication": topic.replication = number(member.value, "\(place).replication", &problems)
      case "config": topic.config = config(member.value, "\(place).config", &problems)
      default:
        problems.append("\(place): unknown key \(member.name): there are \(settings.joined(separator: ", "))")
      }
    }
    return topic
  }

  private static func number(_ value: JSONValue, _ place: String, _ problems: inout [String]) -> Int32? {
    guard let number = scalar(value).flatMap({ Int32($0) }), number > 0 else {
      problems.append("\(place) must be a whole number above 0")
      return nil
    }
    return number
  }

  private static func config(_ value: JSONValue, _ place: String, _ problems: inout [String]) -> [String: String] {
    guard let object = value.object else {
      problems.append("\(place) is not a map of Kafka's topic settings")
      return [:]
    }
    var settings: [String: String] = [:]
    for member in object.members {
      // A list is written as Kafka writes it: compact,delete.
      if let list = member.value.array {
        settings[member.name] = list.compactMap(scalar).joined(separator: ",")
      } else if let text = scalar(member.value) {
        settings[member.name] = text
      } else {
        problems.append("\(place).\(member.name) must be a text, a number or a list")
      }
    }
    return settings
  }

  /// The text of a value that is neither a map nor a list.
  private static func scalar(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    default: nil
    }
  }

  /// Kafka's rule for names of topics.
  private static func fault(ofName name: String) -> String? {
    let isAllowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isAllowed, !name.isEmpty, name != ".", name != "..", name.utf8.count <= 249 else {
      return "a topic's name has letters, digits, '.', '_' and '-', 249 at most"
    }
    return nil
  }
}
