import ChangeModel
import TestSupport
import Testing

@testable import PostgresSource

/// Tables of a real server's catalogue.
@Suite(.needsPostgres) struct CatalogTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("cat") }

  private func schemas(_ sql: String, _ change: String = "") throws -> [String: TableSchema] {
    try database.psql(sql)
    let bench = try SourceBench(database)
    try bench.source.start(at: nil)
    try bench.readSnapshot()
    if !change.isEmpty {
      let before = bench.told.count
      try database.psql(change)
      try bench.poll { bench.told.count > before }
    }
    bench.source.stop(keepingState: false)
    return bench.schemas
  }

  @Test func columnsHaveTheirTypesAndDefaults() throws {
    let table = try #require(
      schemas(
        """
        CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN short AS varchar(5) NOT NULL;
        CREATE TYPE pair AS (a int, b int);
        CREATE TABLE t (
          id serial PRIMARY KEY, n numeric(12, 2) NOT NULL DEFAULT 0, m mood DEFAULT 'ok', d short DEFAULT 'y', tags varchar(7)[],
          p pair, moods mood[], ts timestamp(3) DEFAULT now(), g int GENERATED ALWAYS AS (1 + 1) STORED, r int4range,
          i int GENERATED ALWAYS AS IDENTITY);
        INSERT INTO t DEFAULT VALUES;
        """)["t"])
    #expect(table.columns.map(\.name) == ["id", "n", "m", "d", "tags", "p", "moods", "ts", "r", "i"])
    func column(_ name: String) throws -> Column { try #require(table.columns.first { $0.name == name }) }
    #expect(try column("id").defaultValue == .function)
    #expect(try column("id").type.declared == DeclaredType(name: "SERIAL", length: 10, scale: 0))
    #expect(try !column("id").isOptional)
    #expect(try column("n").type.length == 12)
    #expect(try column("n").type.scale == 2)
    #expect(try column("n").defaultValue == .text("0"))
    #expect(try column("m").type.kind == .enumeration(["sad", "ok"]))
    #expect(try column("m").defaultValue == .text("ok"))
    let domain = try column("d")
    #expect(domain.type.name == "varchar" && domain.type.length == 5 && !domain.isOptional)
    #expect(domain.type.declared.name == "SHORT")
    guard case .array(let element) = try column("tags").type.kind else {
      Issue.record("not an array")
      return
    }
    #expect(element.name == "varchar" && element.length == 7)
    #expect(try column("p").type.kind == .constructed)
    guard case .array(let mood) = try column("moods").type.kind else {
      Issue.record("not an array")
      return
    }
    #expect(mood.kind == .enumeration(["sad", "ok"]))
    #expect(try column("ts").type.scale == 3)
    #expect(try column("ts").defaultValue == .function)
    #expect(table.keyColumns == [0])
  }

  @Test func keysComeFromThePrimaryKeyElseFromTheFirstUniqueIndex() throws {
    let found = try schemas(
      """
      CREATE TABLE pk (a int, b int, c int, PRIMARY KEY (c, a)); CREATE UNIQUE INDEX pk_0 ON pk (b);
      CREATE TABLE uk (a int, b int NOT NULL); CREATE UNIQUE INDEX uk_1 ON uk (a); CREATE UNIQUE INDEX uk_2 ON uk (b);
      CREATE TABLE ex (a int, b text); CREATE UNIQUE INDEX ex_1 ON ex (lower(b)); CREATE UNIQUE INDEX ex_2 ON ex (a) INCLUDE (b);
      CREATE TABLE no (a int);
      INSERT INTO pk VALUES (1, 2, 3); INSERT INTO uk VALUES (1, 2); INSERT INTO ex VALUES (1, 'x'); INSERT INTO no VALUES (1);
      """)
    func key(_ table: String) -> [String]? {
      found[table].map { table in table.keyColumns.map { table.columns[$0].name } }
    }
    #expect(key("pk") == ["c", "a"])
    #expect(key("uk") == ["a"])
    #expect(key("ex") == ["a"])
    #expect(key("no") == [])
  }

  @Test func snapshotAndStreamShareASchemaUntilTheTableChanges() throws {
    try database.psql("CREATE TABLE t (id int PRIMARY KEY, v varchar(5) DEFAULT 'x'); INSERT INTO t VALUES (1)")
    let bench = try SourceBench(database)
    try bench.source.start(at: nil)
    try bench.readSnapshot()
    let first = try #require(bench.schemas["t"])
    try database.psql("INSERT INTO t VALUES (2)")
    try bench.poll { bench.told.count == 2 }
    #expect(bench.schemas["t"] === first)
    try database.psql("CREATE INDEX ON t (v); INSERT INTO t VALUES (3)")
    try bench.poll { bench.told.count == 3 }
    #expect(bench.schemas["t"] === first, "announced again, but not changed")
    try database.psql("ALTER TABLE t ADD w int; INSERT INTO t VALUES (4)")
    try bench.poll { bench.told.count == 4 }
    #expect(bench.schemas["t"]?.serial == first.serial + 1)
    bench.source.stop(keepingState: false)
  }
}
