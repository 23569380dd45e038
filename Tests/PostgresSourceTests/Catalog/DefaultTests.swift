import ChangeModel
import Testing

@testable import PostgresSource

/// Column defaults as `pg_get_expr` prints them.
@Suite struct DefaultTests {
  private func type(_ name: String, scale: Int? = nil, kind: ColumnType.Kind = .base) -> ColumnType {
    ColumnType(system: .postgres, name: name, kind: kind, length: scale.map { _ in 12 }, scale: scale)
  }

  @Test(arguments: [
    ("5", "int4", "5"), ("'-1'::integer", "int4", "-1"), ("1.5", "float8", "1.5"), ("true", "bool", "t"),
    ("false", "bool", "f"), ("'x'::text", "text", "x"), ("'it''s'::character varying", "varchar", "it's"),
    ("'a'::character varying(20)", "varchar", "a"), ("('a'::text)::character varying", "varchar", "a"),
    ("'101'::\"bit\"", "bit", "101"), ("B'101'::\"bit\"", "bit", "101"), ("'{}'::jsonb", "jsonb", "{}"),
    ("''::text", "text", ""),
    ("'2020-01-01 00:00:00+00'::timestamp with time zone", "timestamptz", "2020-01-01 00:00:00+00"),
  ]) func constantsAreTold(_ expression: String, _ name: String, _ expected: String) {
    #expect(DefaultExpression.parse(expression, for: type(name)) == .text(expected))
  }

  @Test(arguments: [
    ("now()", "timestamptz"), ("CURRENT_TIMESTAMP", "timestamptz"), ("CURRENT_DATE", "date"),
    ("nextval('s_id_seq'::regclass)", "int4"), ("gen_random_uuid()", "uuid"), ("public.f('a, b'::text, 1)", "text"),
  ]) func functionsAreTold(_ expression: String, _ name: String) {
    #expect(DefaultExpression.parse(expression, for: type(name)) == .function)
  }

  @Test(arguments: [
    ("(1 + 1)", "int4"), ("'NaN'::double precision", "float8"), ("'x'::name", "name"), ("'1'::money", "money"),
    ("'\\x00'::bytea", "bytea"), ("1.5", "numeric"), ("NULL::character varying", "varchar"), ("'x", "text"),
    ("", "text"),
  ]) func othersAreNot(_ expression: String, _ name: String) {
    #expect(DefaultExpression.parse(expression, for: type(name)) == nil)
  }

  @Test func theTypeDecides() {
    #expect(DefaultExpression.parse("1.5", for: type("numeric", scale: 2)) == .text("1.5"))
    #expect(DefaultExpression.parse("'ok'::mood", for: type("mood", kind: .enumeration(["ok"]))) == .text("ok"))
    #expect(DefaultExpression.parse("'{}'::text[]", for: type("_text", kind: .array(type("text")))) == nil)
    #expect(DefaultExpression.parse(nil, for: type("text")) == nil)
  }
}
