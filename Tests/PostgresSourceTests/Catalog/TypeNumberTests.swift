import ChangeModel
import Testing

@testable import PostgresSource

/// Type modifiers, and the numbers that JDBC makes of them.
@Suite struct TypeNumberTests {
  @Test func modifiersAreRead() {
    #expect(TypeModifier.lengthAndScale(of: "varchar", 259) == (255, nil))
    #expect(TypeModifier.lengthAndScale(of: "numeric", (12 << 16 | 2) + 4) == (12, 2))
    #expect(TypeModifier.lengthAndScale(of: "numeric", (3 << 16 | (-2 & 0x7FF)) + 4) == (3, -2))
    #expect(TypeModifier.lengthAndScale(of: "timestamp", 3) == (nil, 3))
    #expect(TypeModifier.lengthAndScale(of: "interval", 0x7FFF_0003) == (nil, 3))
    #expect(TypeModifier.lengthAndScale(of: "interval", 0x7FFF_FFFF) == (nil, nil))
    #expect(TypeModifier.lengthAndScale(of: "bit", 7) == (7, nil))
    #expect(TypeModifier.lengthAndScale(of: "text", -1) == (nil, nil))
  }

  @Test(arguments: [
    ("int4", -1, true, "SERIAL", 10, 0), ("int8", -1, false, "INT8", 19, 0),
    ("text", -1, false, "TEXT", 2_147_483_647, 0),
    ("timestamp", -1, false, "TIMESTAMP", 29, 6), ("timestamp", 3, false, "TIMESTAMP", 26, 3),
    ("date", -1, false, "DATE", 13, 0), ("time", -1, false, "TIME", 15, 6), ("varchar", 24, false, "VARCHAR", 20, 0),
  ]) func declaredTypesAreThoseOfJDBC(
    _ name: String, _ modifier: Int32, _ isSerial: Bool, _ declared: String, _ length: Int, _ scale: Int
  ) {
    #expect(
      DeclaredTypes.declared(name: name, element: name, modifier: modifier, isSerial: isSerial)
        == DeclaredType(name: declared, length: length, scale: scale))
  }

  @Test func numericsWithoutAScaleHaveNone() {
    #expect(
      DeclaredTypes.declared(name: "numeric", element: "numeric", modifier: -1, isSerial: false)
        == DeclaredType(name: "NUMERIC", length: 0, scale: nil))
    #expect(
      DeclaredTypes.declared(name: "_int4", element: "int4", modifier: -1, isSerial: false)
        == DeclaredType(name: "_INT4", length: 10, scale: 0))
  }
}
