/// How names of tables and columns become names in schemas (`schema.name.adjustment.mode`,
/// `field.name.adjustment.mode`).
public enum NameAdjustment: String, Sendable, CaseIterable {
  /// As they are.
  case none
  /// Each character that Avro does not allow becomes `_`; a leading digit gets a `_` before it.
  case avro

  /// A field's name.
  public func field(_ name: String) -> String { self == .none ? name : adjusted(name, allowsDots: false) }

  /// A record's full name.
  public func fullName(_ name: String) -> String { self == .none ? name : adjusted(name, allowsDots: true) }

  // Java's characters are UTF-16 units, so a character beyond them becomes two underscores.
  private func adjusted(_ name: String, allowsDots: Bool) -> String {
    var out = ""
    for unit in name.utf16 {
      let isDigit = unit >= 0x30 && unit <= 0x39
      let isLetter = unit >= 0x41 && unit <= 0x5A || unit >= 0x61 && unit <= 0x7A || unit == 0x5F
      if isDigit, out.isEmpty { out = "_" }
      if isDigit || isLetter || allowsDots && unit == 0x2E && !out.isEmpty, let scalar = Unicode.Scalar(unit) {
        out.unicodeScalars.append(scalar)
      } else {
        out.append("_")
      }
    }
    return out
  }

  /// Whether Avro's Java library takes it as a field's name: letters of all scripts, digits and underscores, no digit
  /// first.
  static func isAvroName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
    return name.unicodeScalars.dropFirst().allSatisfy {
      $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
    }
  }
}
