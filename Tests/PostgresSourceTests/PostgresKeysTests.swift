import JSON
import PostgresSource
import Settings
import Testing

/// Debezium's keys are obeyed, accepted or refused by name.
@Suite struct PostgresKeysTests {
  private func problems(_ more: JSONObject) -> [String: String] {
    var raw: JSONObject = [
      "topic.prefix": "crm", "database.hostname": "h", "database.user": "u", "database.dbname": "d",
    ]
    for member in more.members { raw[member.name] = member.value }
    let parsed = ConfigDefinition(PostgresKeys.all).parse(raw)
    return Dictionary(parsed.problems.map { ($0.key, $0.message) }) { first, _ in first }
  }

  @Test func theSmallestConfigurationIsValid() { #expect(problems([:]).isEmpty) }

  @Test(arguments: [
    ("plugin.name", "decoderbufs"), ("snapshot.mode", "always"), ("decimal.handling.mode", "string"),
    ("signal.data.collection", "public.sig"), ("column.mask.with.5.chars", "a.b.c"),
    ("schema.name.adjustment.mode", "avro_unicode"),
    ("lsn.flush.mode", "manual"), ("snapshot.isolation.mode", "read_committed"),
  ]) func whatIsNotThereYetIsRefusedByName(_ key: String, _ value: String) {
    let message = problems([key: .string(value)])[key]
    #expect(message?.contains("not supported yet") == true, "\(message ?? "accepted")")
    #expect(message?.contains(key) == true)
  }

  @Test func defaultsAndTuningAreAccepted() {
    #expect(
      problems([
        "decimal.handling.mode": "precise", "snapshot.isolation.mode": "serializable", "max.batch.size": "4096",
        "poll.interval.ms": "10", "plugin.name": "pgoutput", "time.precision.mode": "adaptive", "read.only": "false",
      ]).isEmpty)
  }

  @Test(arguments: [
    ("tabel.include.list", "a", "table.include.list"), ("database.port", "many", "database.port"),
    ("slot.name", "Not Allowed", "small letters"), ("topic.prefix", "a b", "letters"),
    ("table.include.list", "([", "table.include.list"), ("skipped.operations", "x", "none of c, u, d, t"),
  ]) func mistakesAreNamed(_ key: String, _ value: String, _ part: String) {
    let message = problems([key: .string(value)])[key]
    #expect(message?.contains(part) == true, "\(message ?? "accepted")")
  }
}
