import Foundation
import TestSupport
import Testing

/// The servers that other suites stand on. In CI these fail where a server is missing, so that no suite is skipped there
/// unseen.
@Suite struct ServerTests {
  @Test(.needsPostgres) func postgresDecodesAndSurvivesACrash() throws {
    let server = try PostgresServer()
    #expect(try server.psql("SHOW wal_level") == "logical")
    try server.psql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    let before = try #require(server.pid)
    try server.restart(.immediate)
    #expect(server.pid != before)
    #expect(try server.psql("SELECT id FROM kept") == "7")
    #expect(throws: TestSupportError.self) { try server.psql("SELECT * FROM missing") }
  }

  @Test(.needsPostgres) func sharedPostgresGivesSeparateDatabases() throws {
    let first = try Servers.database()
    let second = try Servers.database()
    try first.psql("CREATE TABLE t (id int)")
    #expect(try second.psql("SELECT count(*) FROM pg_class WHERE relname = 't'") == "0")
    try first.psql("SELECT pg_create_logical_replication_slot('\(uniqueName("slot"))', 'pgoutput')")
    try first.drop()
    try second.drop()
    let names = "'\(first.name)', '\(second.name)'"
    #expect(try Servers.postgres().psql("SELECT count(*) FROM pg_database WHERE datname IN (\(names))") == "0")
  }

  @Test(.needsPostgres) func postgresTakesCertificates() throws {
    var options = PostgresServer.Options()
    let certificates = try TestCertificates(clientName: "postgres")
    options.certificates = certificates
    options.accessRules = ["hostssl all all 127.0.0.1/32 cert"]
    let server = try PostgresServer(options)
    let connection =
      "host=127.0.0.1 port=\(server.port) user=postgres dbname=postgres sslmode=verify-full "
      + "sslrootcert=\(certificates.authority) sslcert=\(certificates.clientCertificate) sslkey="
    let query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    let psql = try #require(PostgresServer.program("psql"))
    #expect(try Command.check([psql, "-XAt", connection + certificates.clientKey, "-c", query]) == "t")
    #expect(try Command.run([psql, "-XAt", connection + "/nonexistent", "-c", query]).status != 0)
  }

  @Test(.needsKafkaKit) func kafkaServesAgainAfterAKill() throws {
    let broker = try KafkaBroker()
    let topic = uniqueName("kept")
    try broker.tool("topics", ["--create", "--topic", topic])
    try broker.restart()
    #expect(try broker.tool("topics", ["--list"]).contains(topic))
  }

  @Test(.needsKafkaKit) func kafkaTakesTLSAndPasswords() throws {
    var options = KafkaBroker.Options()
    options.certificates = try TestCertificates()
    options.users = [("crm", "crm-secret")]
    let broker = try KafkaBroker(options)
    let configuration = try String(contentsOfFile: #require(broker.librdkafkaConfiguration), encoding: .utf8)
    #expect(configuration.contains("security.protocol=SASL_SSL"))
    #expect(try broker.tool("topics", ["--list"]).isEmpty)
  }

  @Test(.needsKafka) func kafkaIsReachable() throws {
    let broker = try Servers.kafka()
    #expect(broker.bootstrap.contains(":"))
    let address = broker.bootstrap.split(separator: ",")[0].split(separator: ":")
    #expect(try Command.run(["bash", "-c", "exec 3<>/dev/tcp/\(address[0])/\(address[1])"]).status == 0)
  }

  @Test(.needsPython) func pythonHasThePackages() throws {
    #expect(try Python.run("import fastavro, confluent_kafka; print('here')") == "here")
  }

  @Test(.needsGolden) func goldenHasEvents() throws {
    let folder = try #require(Golden.folder)
    #expect(FileManager.default.fileExists(atPath: folder + "/pg1"))
  }

  @Test(.needsPrograms) func programsAreBuilt() throws {
    #expect(try Command.run([Programs.cdcctl, "--version"]).status != 127)
  }
}
