extension JSONValue {
  /// The text of a string value.
  public var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The value of `true` or `false`.
  public var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The value of a whole number that fits.
  public var int: Int? {
    if case .number(let text) = self { return Int(text) }
    return nil
  }

  /// The value of a number as a double.
  public var double: Double? {
    if case .number(let text) = self { return Double(text) }
    return nil
  }

  /// The members of an object.
  public var object: JSONObject? {
    if case .object(let object) = self { return object }
    return nil
  }

  /// The elements of a list.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// Whether it is `null`.
  public var isNull: Bool { self == .null }

  /// A member of an object; nil for anything else.
  public subscript(name: String) -> JSONValue? { object?[name] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .number(String(value)) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member($0.0, $0.1) }))
  }
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
}
