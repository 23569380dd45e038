internal import CRDKafka
public import ChangeModel
internal import Flow

/// Administrative requests. Each call blocks its thread until the answer; calls from several threads are fine.
public final class AdminClient: @unchecked Sendable {
  /// What the client last said about its connections.
  public var status: ClientStatus { client.status }

  let client: ClientHandle
  let embedded: EmbeddedBroker?
  /// Cuts waiting short.
  private let stop: StopFlag?
  let requestPatience: Duration = .seconds(15)

  /// A client of its own. With `embedded`, topics are made by that broker's own call, since it knows no other.
  public init(_ properties: KafkaProperties, embedded: EmbeddedBroker? = nil) throws(CDCError) {
    client = try ClientHandle(consumer: false, properties, ClientCallbacks())
    self.embedded = embedded
    stop = nil
  }

  init(sharing client: ClientHandle, embedded: EmbeddedBroker?, stop: StopFlag?) {
    self.client = client
    self.stop = stop
    self.embedded = embedded
  }

  /// The cluster's id. Throws when no broker tells it in `patience`.
  public func clusterID(patience: Duration = .seconds(5)) throws(CDCError) -> String {
    if let embedded { return embedded.clusterID }
    guard let text = rd_kafka_clusterid(client.pointer, patience.milliseconds) else {
      client.serveErrors()
      throw client.status.error(.timedOut, "the cluster's id can't be read")
    }
    defer { rd_kafka_mem_free(client.pointer, text) }
    client.status.succeeded()
    return String(cString: text)
  }

  /// All topics.
  public func topics(patience: Duration = .seconds(10)) throws(CDCError) -> [TopicDescription] {
    try Metadata.all(client, patience: patience, stop: stop)
  }

  /// Gives the client back. False: that still goes on behind the scenes after `patience`.
  @discardableResult public func close(patience: Duration = .seconds(3)) -> Bool { client.destroy(patience: patience) }

  /// Sends one request and hands its answer to `read`; the answer's pointers are valid during that call only.
  func request<Result>(
    _ operation: rd_kafka_admin_op_t, _ what: String, operationPatience: Duration? = nil, validateOnly: Bool = false,
    send: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void,
    read: (_ answer: OpaquePointer) throws(CDCError) -> Result
  ) throws(CDCError) -> Result {
    guard let options = rd_kafka_AdminOptions_new(client.pointer, operation),
      let queue = rd_kafka_queue_new(client.pointer)
    else { throw CDCError(.kafkaUnexpected, what, cause: "no memory") }
    defer {
      rd_kafka_queue_destroy(queue)
      rd_kafka_AdminOptions_destroy(options)
    }
    var reason = [CChar](repeating: 0, count: 256)
    rd_kafka_AdminOptions_set_request_timeout(options, requestPatience.milliseconds, &reason, reason.count)
    if let operationPatience {
      rd_kafka_AdminOptions_set_operation_timeout(options, operationPatience.milliseconds, &reason, reason.count)
    }
    if validateOnly { rd_kafka_AdminOptions_set_validate_only(options, 1, &reason, reason.count) }
    send(options, queue)
    let answered = rd_kafka_queue_poll(queue, requestPatience.milliseconds + 5_000)
    client.serveErrors()
    guard let answer = answered else { throw client.status.error(.timedOut, what) }
    defer { rd_kafka_event_destroy(answer) }
    let code = KafkaErrorCode(rd_kafka_event_error(answer))
    guard code == .none else {
      throw client.status.error(code, what, detail: rd_kafka_event_error_string(answer).map { String(cString: $0) })
    }
    client.status.succeeded()
    return try read(answer)
  }
}

/// An array of pointers from librdkafka as a collection.
func pointers(_ start: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) -> [OpaquePointer] {
  UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).compactMap { $0 }
}
