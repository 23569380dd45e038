internal import CRDKafka

/// What librdkafka calls back with: one object per handle, kept alive by the handle until its destroy has returned.
final class ClientCallbacks: @unchecked Sendable {
  let status: ClientStatus
  /// Called with each delivery report, on the thread that polls.
  var delivered: ((UnsafePointer<rd_kafka_message_t>) -> Void)?
  /// Called with each rebalance, on the thread that polls.
  var rebalanced: ((rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> Void)?
  /// Called with the result of each commit that was not waited for, on the thread that polls.
  var committed: ((rd_kafka_resp_err_t) -> Void)?

  init(status: ClientStatus = ClientStatus()) { self.status = status }

  fileprivate static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientCallbacks? {
    opaque.map { Unmanaged<ClientCallbacks>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Sets all callbacks that this object serves.
  func install(in configuration: OpaquePointer) {
    rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
    rd_kafka_conf_set_error_cb(configuration) { _, code, reason, opaque in
      guard let callbacks = ClientCallbacks.of(opaque) else { return }
      callbacks.status.report(KafkaErrorCode(rawValue: code), reason.map { String(cString: $0) } ?? "")
    }
    rd_kafka_conf_set_log_cb(configuration) { handle, level, _, text in
      guard level <= 4, let handle, let text, let callbacks = ClientCallbacks.of(rd_kafka_opaque(handle)) else {
        return
      }
      callbacks.status.log(String(cString: text))
    }
    if delivered != nil {
      rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
        guard let message, let callbacks = ClientCallbacks.of(opaque) else { return }
        callbacks.delivered?(message)
      }
    }
    if rebalanced != nil {
      rd_kafka_conf_set_rebalance_cb(configuration) { _, code, partitions, opaque in
        ClientCallbacks.of(opaque)?.rebalanced?(code, partitions)
      }
    }
    if committed != nil {
      rd_kafka_conf_set_offset_commit_cb(configuration) { _, code, _, opaque in
        ClientCallbacks.of(opaque)?.committed?(code)
      }
    }
  }
}
