// A release build with the static library has no Testing, and needs none.
#if canImport(Testing)
  public import Testing

  extension Trait where Self == ConditionTrait {
    /// The test needs a PostgreSQL server.
    public static var needsPostgres: Self {
      .enabled(Comment(rawValue: Availability.postgresHint)) {
        Availability.check(PostgresServer.isAvailable, Availability.postgresHint)
      }
    }

    /// The test needs a real Kafka broker.
    public static var needsKafka: Self {
      .enabled(Comment(rawValue: Availability.kafkaHint)) {
        Availability.check(KafkaBroker.isAvailable, Availability.kafkaHint)
      }
    }

    /// The test needs a Kafka broker that it may set up, stop and kill.
    public static var needsKafkaKit: Self {
      .enabled(Comment(rawValue: Availability.kitHint)) {
        Availability.check(KafkaBroker.isControllable, Availability.kitHint)
      }
    }

    /// The test needs the Python of `scripts/test`.
    public static var needsPython: Self {
      .enabled(Comment(rawValue: Availability.pythonHint)) {
        Availability.check(Python.isAvailable, Availability.pythonHint)
      }
    }

    /// The test needs the folder of recorded events.
    public static var needsGolden: Self {
      .enabled(Comment(rawValue: Availability.goldenHint)) {
        Availability.check(Golden.folder != nil, Availability.goldenHint)
      }
    }

    /// The test runs the built programs.
    public static var needsPrograms: Self {
      .enabled(Comment(rawValue: Availability.programHint)) {
        Availability.check(Programs.folder != nil, Availability.programHint)
      }
    }
  }
#endif
