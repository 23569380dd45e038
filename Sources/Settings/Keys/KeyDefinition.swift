/// The one declaration of a configuration key. From it come parsing, the error with the nearest name, the answer of
/// Connect's validate call and the reference page.
public struct KeyDefinition: Sendable {
  /// How much a key matters to its reader.
  public enum Importance: String, Sendable {
    /// Everybody sets it.
    case high = "HIGH"
    /// Many set it.
    case medium = "MEDIUM"
    /// Few set it.
    case low = "LOW"
  }

  /// How wide a form's field for the value should be.
  public enum Width: String, Sendable {
    /// Not said.
    case none = "NONE"
    /// A number or word.
    case short = "SHORT"
    /// A name.
    case medium = "MEDIUM"
    /// A list or address.
    case long = "LONG"
  }

  /// What the engine does with a key.
  public enum Support: Sendable, Equatable {
    /// What its documentation says.
    case supported
    /// Accepted, but it only tunes the Java engine or its clients; the note says what becomes of it here.
    case tuning(String)
    /// Refused by name unless it stands at its default.
    case unsupported
  }

  /// The key; a name that ends in `*` stands for all keys that begin with the rest.
  public var name: String
  /// The type of its value.
  public var kind: KeyKind
  /// The value when none is given, as text; nil: none.
  public var defaultValue: String?
  /// Whether a value must be given.
  public var isRequired: Bool
  /// How much it matters.
  public var importance: Importance
  /// What it means.
  public var documentation: String
  /// The values that are allowed, in any case of letters; empty: all of its kind.
  public var validValues: [String]
  /// Values that its product knows and that are refused here by name.
  public var unsupportedValues: [String]
  /// The smallest and largest number that is allowed; nil: all of its kind.
  public var range: ClosedRange<Int64>?
  /// Whether forms are offered the allowed values as `recommended_values`.
  public var recommendsValues: Bool
  /// The heading under which it is shown; empty: none.
  public var group: String
  /// Its place under the heading; nil: behind the one before it.
  public var order: Int?
  /// What the engine does with it.
  public var support: Support
  /// Its title in a form.
  public var displayName: String
  /// The width of its field in a form.
  public var width: Width
  /// A further check of a given value: what is wrong with it, without the value; nil: nothing.
  public var check: (@Sendable (String) -> String?)?

  /// Declares a key.
  public init(
    _ name: String, _ kind: KeyKind = .string, default defaultValue: String? = nil, required: Bool = false,
    importance: Importance = .medium, _ documentation: String = "", validValues: [String] = [],
    unsupportedValues: [String] = [], range: ClosedRange<Int64>? = nil, recommendsValues: Bool = true,
    group: String = "", order: Int? = nil, support: Support = .supported, displayName: String? = nil,
    width: Width = .none,
    check: (@Sendable (String) -> String?)? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    isRequired = required
    self.importance = importance
    self.documentation = documentation
    self.validValues = validValues
    self.unsupportedValues = unsupportedValues
    self.range = range
    self.recommendsValues = recommendsValues
    self.group = group
    self.order = order
    self.support = support
    self.displayName = displayName ?? name
    self.width = width
    self.check = check
  }

  /// The beginning that its keys share, if it stands for all keys with one.
  var prefix: Substring? { name.hasSuffix("*") ? name.dropLast() : nil }
}
