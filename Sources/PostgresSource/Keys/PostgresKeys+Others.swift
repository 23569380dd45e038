internal import Settings

extension PostgresKeys {
  /// Keys that tune the Java engine.
  static let tuning: [KeyDefinition] =
    [
      ("poll.interval.ms", "500"), ("max.batch.size", "2048"), ("max.queue.size", "8192"),
      ("max.queue.size.in.bytes", "0"), ("snapshot.fetch.size", "10240"), ("query.fetch.size", "0"),
      ("executor.shutdown.timeout.ms", "4000"), ("topic.cache.size", "10000"), ("snapshot.max.threads", "1"),
      ("snapshot.max.threads.multiplier", "1"), ("database.query.timeout.ms", "600000"),
      ("connection.validation.timeout.ms", "60000"),
    ].map {
      KeyDefinition(
        $0.0, .long, default: $0.1, importance: .low, "Tunes the Java engine.", group: "Tuning",
        support: .tuning("it tunes the Java engine and changes nothing here: every queue is bounded in bytes"))
    }
    + [
      ("memory.management.schemas.class", "io.debezium.relational.mapping.ConcurrentMapTableMappingStorage"),
      ("memory.management.tables.class", "io.debezium.relational.mapping.ConcurrentMapTableMappingStorage"),
      ("queue.provider.type", "memory"), ("statistics.metrics.enabled", "true"),
      ("internal.advanced.metrics.enable", "false"), ("legacy.snapshot.max.threads", "false"),
      ("custom.sanitize.pattern", ""), ("custom.metric.tags", ""),
      ("internal.create.slot.command.timeout", "90"),
    ].map {
      KeyDefinition(
        $0.0, default: $0.1, importance: .low, "Tunes the Java engine.", group: "Tuning",
        support: .tuning("it tunes the Java engine and changes nothing here"))
    }

  /// Keys that mean something and are not supported: accepted at their default only.
  static let refused: [KeyDefinition] =
    [
      ("database.sslfactory", ""), ("database.connection.factory.class", ""),
      ("internal.custom.retriable.exception", "false"),
      ("slot.failover", "false"), ("slot.stream.params", ""), ("publish.via.partition.root", "false"),
      ("replica.identity.autoset.values", ""), ("lsn.flush.mode", "connector"), ("lsn.flush.timeout.ms", "30000"),
      ("lsn.flush.timeout.action", "fail"), ("flush.lsn.source", "true"), ("offset.mismatch.strategy", "no_validation"),
      ("internal.slot.seek.to.known.offset.on.start", "false"), ("xmin.fetch.interval.ms", "0"),
      ("internal.log.position.check.enable", "true"), ("include.schema.comments", "false"),
      ("table.ignore.builtin", "true"),
      ("column.mask.with.*", ""), ("column.mask.hash.*", ""), ("column.truncate.to.*", ""),
      ("datatype.propagate.source.type", ""), ("message.key.columns", ""), ("skip.messages.without.change", "false"),
      ("transaction.metadata.factory", "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory"),
      ("topic.transaction", "transaction"), ("message.prefix.include.list", ""), ("message.prefix.exclude.list", ""),
      ("unavailable.value.placeholder", "__debezium_unavailable_value"), ("schema.refresh.mode", "columns_diff"),
      ("include.unknown.datatypes", "false"), ("decimal.handling.mode", "precise"), ("money.fraction.digits", "2"),
      ("time.precision.mode", "adaptive"), ("interval.handling.mode", "numeric"), ("hstore.handling.mode", "json"),
      ("binary.handling.mode", "bytes"), ("converters", ""), ("post.processors", ""),
      ("sourceinfo.struct.maker", "io.debezium.connector.postgresql.PostgresSourceInfoStructMaker"),
      ("topic.naming.strategy", "io.debezium.schema.SchemaTopicNamingStrategy"), ("topic.delimiter", "."),
      ("topic.regex", ""), ("topic.replacement", ""), ("topic.key.enforce.uniqueness", "true"),
      ("topic.key.field.name", "__dbz__physicalTableIdentifier"), ("topic.key.field.regex", ""),
      ("topic.key.field.replacement", ""), ("event.processing.failure.handling.mode", "fail"),
      ("event.converting.failure.handling.mode", "warn"), ("snapshot.mode.configuration.based.*", "false"),
      ("snapshot.mode.custom.name", ""), ("snapshot.query.mode.custom.name", ""),
      ("snapshot.locking.mode.custom.name", ""),
      ("snapshot.locking.mode", "none"), ("snapshot.lock.timeout.ms", "10000"),
      ("snapshot.include.collection.list", ""),
      ("snapshot.select.statement.overrides", ""), ("snapshot.select.statement.overrides.*", ""),
      ("snapshot.query.mode", "select_all"), ("snapshot.tables.order.by.row.count", "disabled"),
      ("snapshot.delay.ms", "0"), ("streaming.delay.ms", "0"), ("incremental.snapshot.chunk.size", "1024"),
      ("incremental.snapshot.watermarking.strategy", "insert_insert"), ("read.only", "false"),
      ("internal.snapshot.scan.all.columns.force", "false"), ("signal.enabled.channels", "source"),
      ("signal.data.collection", ""), ("signal.poll.interval.ms", "5000"), ("signal.kafka.*", ""),
      ("signal.consumer.*", ""),
      ("signal.file", "file-signals.txt"), ("notification.enabled.channels", ""), ("notification.sink.topic.name", ""),
      ("topic.heartbeat.prefix", "__debezium-heartbeat"), ("topic.heartbeat.name", ""),
      ("heartbeat.topics.prefix", "__debezium-heartbeat"), ("heartbeat.action.query", ""),
      ("guardrail.collections.max", "0"), ("guardrail.collections.limit.action", "warn"),
      ("openlineage.integration.enabled", "false"), ("openlineage.integration.*", ""),
    ].map {
      KeyDefinition(
        $0.0, default: $0.1, importance: .low, "A key of Debezium's connector.", group: "Debezium",
        support: .unsupported)
    }
}
