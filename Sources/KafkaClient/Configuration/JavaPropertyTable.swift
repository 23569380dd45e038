/// What the properties of Kafka's Java clients are called in librdkafka, as far as the names differ.
enum JavaPropertyTable {
  /// The same thing under another name.
  static let renamed: [String: String] = [
    "max.request.size": "message.max.bytes", "delivery.timeout.ms": "message.timeout.ms",
    "request.timeout.ms": "socket.timeout.ms", "fetch.max.wait.ms": "fetch.wait.max.ms",
    "sasl.mechanism": "sasl.mechanisms", "compression.gzip.level": "compression.level",
    "compression.lz4.level": "compression.level", "compression.zstd.level": "compression.level",
    "socket.connection.setup.timeout.ms": "socket.connection.setup.timeout.ms",
  ]

  /// Bytes there, units of 1024 here.
  static let kibibytes: [String: String] = ["buffer.memory": "queue.buffering.max.kbytes"]

  /// What the engine decides.
  static let fixed: [String: String] = [
    "acks": "records are always acknowledged by all replicas",
    "enable.idempotence": "the producer is always idempotent",
    "transactional.id": "it follows from group.id and the connector's name",
    "enable.auto.commit": "offsets are committed when their records are durable",
    "isolation.level": "only committed records are read", "key.serializer": "keys are encoded by key.converter",
    "value.serializer": "values are encoded by value.converter",
    "key.deserializer": "keys are decoded by key.converter",
    "value.deserializer": "values are decoded by value.converter",
  ]

  /// Tuning of the Java client that has no counterpart.
  static let withoutEffect: Set<String> = [
    "max.poll.records", "max.block.ms", "default.api.timeout.ms", "exclude.internal.topics", "client.dns.lookup",
    "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms", "metric.reporters",
    "auto.include.jmx.reporter", "enable.metrics.push", "interceptor.classes", "metadata.max.idle.ms",
    "metadata.recovery.strategy", "metadata.recovery.rebootstrap.trigger.ms",
    "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms", "partitioner.ignore.keys",
    "retry.backoff.max.ms", "auto.commit.interval.ms", "transaction.two.phase.commit.enable",
    "socket.connection.setup.timeout.max.ms", "security.providers", "ssl.enabled.protocols", "ssl.protocol",
    "ssl.provider", "ssl.secure.random.implementation", "ssl.keymanager.algorithm", "ssl.trustmanager.algorithm",
    "ssl.engine.factory.class", "sasl.login.class", "sasl.login.callback.handler.class",
    "sasl.client.callback.handler.class", "sasl.login.connect.timeout.ms", "sasl.login.read.timeout.ms",
    "sasl.login.refresh.buffer.seconds", "sasl.login.refresh.min.period.seconds", "sasl.login.refresh.window.factor",
    "sasl.login.refresh.window.jitter", "sasl.login.retry.backoff.max.ms", "sasl.login.retry.backoff.ms",
    "sasl.kerberos.ticket.renew.jitter", "sasl.kerberos.ticket.renew.window.factor", "group.protocol",
    "group.remote.assignor", "config.providers",
  ]

  /// What is translated together.
  static let tls: Set<String> = [
    "ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.certificates",
    "ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.certificate.chain",
    "ssl.keystore.key", "ssl.key.password", "ssl.endpoint.identification.algorithm",
  ]
}
