/// What a type modifier says, by the base type's name (PostgreSQL's `src/backend/utils/adt`).
enum TypeModifier {
  /// Length and scale in the sense of `ColumnType`.
  static func lengthAndScale(of type: String, _ modifier: Int32) -> (length: Int?, scale: Int?) {
    guard modifier >= 0 else { return (nil, nil) }
    let value = Int(modifier)
    switch type {
    case "varchar", "bpchar": return (max(value - 4, 0), nil)
    case "bit", "varbit": return (value, nil)
    case "numeric":
      let packed = value - 4
      // Eleven bits with sign since version 15, before that never above 1000.
      return ((packed >> 16) & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024)
    case "time", "timetz", "timestamp", "timestamptz": return (nil, value)
    case "interval":
      let precision = value & 0xFFFF
      return (nil, precision == 0xFFFF ? nil : precision)
    default: return (nil, nil)
    }
  }
}
