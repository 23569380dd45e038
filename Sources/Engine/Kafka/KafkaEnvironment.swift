internal import ChangeModel
internal import Flow
internal import JSON
internal import KafkaClient

/// The Kafka cluster of a worker: a real one, or the embedded broker that stands in for it.
final class KafkaEnvironment: @unchecked Sendable {
  /// How to reach the cluster, under librdkafka's names.
  let properties: KafkaProperties
  /// The embedded broker; nil: a real cluster.
  let embedded: EmbeddedBroker?
  /// What holds sources back for the embedded broker's sake; unused with a real cluster.
  let flow = EmbeddedFlow()

  private static let lostAfter: Int64 = 10_000_000_000
  private let lock = Lock()
  private var cluster: String?
  private var partitions: [String: Int] = [:]
  private var watched: [String: ClientStatus] = [:]

  init(properties: KafkaProperties) {
    self.properties = properties
    embedded = nil
  }

  init(embedded: EmbeddedBroker) {
    self.embedded = embedded
    properties = KafkaProperties([("bootstrap.servers", embedded.bootstrapServers)])
    cluster = embedded.clusterID
  }

  /// The cluster's id, once a broker told it.
  var clusterID: String? { lock.withLock { cluster } }

  /// Tries to reach the cluster until `patience` is over or `stop` is raised. Throws the last error.
  func connect(patience: Duration, stop: StopFlag) throws(CDCError) {
    guard embedded == nil else { return }
    let deadline = SystemTime.monotonicNanoseconds + patience.wholeNanoseconds
    let admin = try AdminClient(properties)
    defer { admin.close() }
    while true {
      do throws(CDCError) {
        let id = try admin.clusterID(patience: .seconds(3))
        lock.withLock { cluster = id }
        return
      } catch {
        guard SystemTime.monotonicNanoseconds < deadline, !stop.wait(.milliseconds(200)) else { throw error }
      }
    }
  }

  /// Runs administrative requests with a client of their own, which is given back: a client that idles costs threads
  /// and memory.
  func withAdmin<Result>(_ body: (AdminClient) throws(CDCError) -> Result) throws(CDCError) -> Result {
    let admin = try AdminClient(properties, embedded: embedded)
    defer { admin.close() }
    return try body(admin)
  }

  /// How many partitions a topic has; nil: it can't be told now. Asked once per topic: partitions are only added, and what
  /// asks cares only whether there is one.
  func partitionCount(of topic: String) -> Int? {
    if let known = lock.withLock({ partitions[topic] }) { return known }
    let topics = try? withAdmin { admin throws(CDCError) in try admin.topics() }
    guard let count = topics?.first(where: { $0.name == topic })?.partitionCount else { return nil }
    lock.withLock { partitions[topic] = Int(count) }
    return Int(count)
  }

  /// A task's client tells from now on whether Kafka can be reached.
  func watch(_ task: String, _ status: ClientStatus?) { lock.withLock { watched[task] = status } }

  /// Whether a client has had no success for a while since it lost its brokers.
  var isLost: Bool {
    let now = SystemTime.monotonicNanoseconds
    return lock.withLock { Array(watched.values) }.contains { status in
      guard let problem = status.lastProblem, problem.code.isConnectionLoss else { return false }
      return now - problem.at > Self.lostAfter || status.problemCount > 20
    }
  }

  /// What health says of it.
  var description: JSONObject {
    var text: JSONObject = ["bootstrap.servers": .string(properties["bootstrap.servers"] ?? "")]
    text["cluster_id"] = clusterID.map { .string($0) }
    text["librdkafka"] = .string(KafkaLibrary.version)
    if embedded != nil {
      text["embedded"] = true
      text["note"] = "development only: records are kept in memory, 5 MiB per partition, without transactions"
    }
    return text
  }
}

extension KafkaErrorCode {
  /// Whether it says that brokers can't be reached.
  var isConnectionLoss: Bool { ["_ALL_BROKERS_DOWN", "_TRANSPORT", "_RESOLVE", "_TIMED_OUT"].contains(name) }
}
