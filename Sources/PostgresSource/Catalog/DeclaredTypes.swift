internal import ChangeModel

/// Type, length and scale as PostgreSQL's JDBC driver reports them (pgjdbc `TypeInfoCache.getPrecision`, `.getScale`,
/// `.getDisplaySize`), which is what Debezium puts into `__debezium.source.column.*`.
enum DeclaredTypes {
  private static let unknownLength = 2_147_483_647

  /// `name`: the column's own type (a domain's name, not its base's). `element`: of an array the element's type, else
  /// the base type. `isSerial`: the default takes its value from a sequence.
  static func declared(name: String, element: String, modifier: Int32, isSerial: Bool) -> DeclaredType {
    let (length, scale) = numbers(element, modifier)
    return DeclaredType(name: isSerial ? serialName(name) : name.uppercased(), length: length, scale: scale)
  }

  private static func serialName(_ name: String) -> String {
    switch name {
    case "int2": "SMALLSERIAL"
    case "int4": "SERIAL"
    case "int8": "BIGSERIAL"
    default: name.uppercased()
    }
  }

  private static func numbers(_ type: String, _ modifier: Int32) -> (length: Int?, scale: Int?) {
    let value = Int(modifier)
    switch type {
    case "int2": return (5, 0)
    case "int4", "oid": return (10, 0)
    case "int8": return (19, 0)
    case "float4": return (8, 8)
    case "float8": return (17, 17)
    case "bool", "char": return (1, 0)
    case "numeric":
      guard value >= 0 else { return (0, nil) }
      let (precision, scale) = TypeModifier.lengthAndScale(of: type, modifier)
      return (precision, scale)
    case "bpchar", "varchar": return (value < 0 ? unknownLength : value - 4, 0)
    case "bit": return (value < 0 ? unknownLength : value, 0)
    case "varbit": return (value < 0 ? unknownLength : value, 0)
    case "date": return (13, 0)
    case "time": return (8 + secondSize(value), value < 0 ? 6 : value)
    case "timetz": return (14 + secondSize(value), value < 0 ? 6 : value)
    case "timestamp": return (22 + secondSize(value), value < 0 ? 6 : value)
    case "timestamptz": return (28 + secondSize(value), value < 0 ? 6 : value)
    case "interval": return (49, value < 0 ? 6 : value & 0xFFFF)
    default: return (unknownLength, 0)
    }
  }

  /// The characters of a fraction with its point; the driver gives one digit the room of two.
  private static func secondSize(_ modifier: Int) -> Int {
    switch modifier {
    case ..<0: 7
    case 0: 0
    case 1: 3
    default: modifier + 1
    }
  }
}
