/// A JSON value that keeps what other representations lose: the order of an object's members and a number's text.
public enum JSONValue: Sendable, Hashable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, as it was written (`1.10`, `12345678901234567890`, `1e400`).
  case number(String)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// An object, its members in order.
  case object(JSONObject)

  /// An integer as a number.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
}

/// An object's members in order. Names are unique.
public struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// Name and value of each member, in order.
  public private(set) var members: [Member]

  /// A name and its value.
  public struct Member: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// An object of these members; of two with one name, the last wins at the first one's place.
  public init(_ members: [Member] = []) {
    self.members = []
    self.members.reserveCapacity(members.count)
    guard members.count > 16 else {
      for member in members { self[member.name] = member.value }
      return
    }
    // A dictionary of places, so that an object with very many members takes no time by its square.
    var places: [String: Int] = [:]
    for member in members {
      if let place = places[member.name] {
        self.members[place].value = member.value
      } else {
        places[member.name] = self.members.count
        self.members.append(member)
      }
    }
  }

  /// An object of members whose names are known to be unique.
  init(unique members: [Member]) { self.members = members }

  /// An object written as a literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member($0.0, $0.1) })
  }

  /// The value of a member; setting nil removes it, setting a new name appends.
  public subscript(name: String) -> JSONValue? {
    get { members.first { $0.name == name }?.value }
    set {
      let place = members.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name, value))
      case (nil, nil): break
      }
    }
  }

  /// Whether it has no members.
  public var isEmpty: Bool { members.isEmpty }

  /// The names, in order.
  public var names: [String] { members.map(\.name) }

  // Two objects are equal whatever the order of their members, as JSON says.
  /// Equal members in any order.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.members.count == other.members.count && one.members.allSatisfy { other[$0.name] == $0.value }
  }

  /// Hashes the members whatever their order.
  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for member in members { sum = sum &+ member.hashValue }
    hasher.combine(sum)
  }
}
