internal import ChangeModel
internal import Flow
internal import JSON
internal import Telemetry

/// Says in headers why a record is a dead letter: by Kafka Connect's names (KIP-298), then by ours.
struct DeadLetterReason {
  let connector: String
  let task: Int
  /// False: only what identifies the dead letter is told.
  let describes: Bool

  /// The headers, in order.
  func headers(_ rejection: Rejection, of origin: DeadLetterOrigin, attempt: Int) -> [(String, [UInt8])] {
    let error = rejection.error
    var made: [(String, String)] = []
    if describes {
      made = context(rejection, origin)
      made.append(("cdc.errors.code", error.code.name))
      made.append(("cdc.errors.class", error.code.failureClass.rawValue))
      let cause = [connector, origin.topic, error.code.name, rejection.pointer ?? "", rejection.rule ?? ""]
      made.append(("cdc.errors.fingerprint", Fingerprint.of(cause)))
      if let pointer = rejection.pointer { made.append(("cdc.errors.pointer", pointer)) }
      if let rule = rejection.rule { made.append(("cdc.errors.rule", rule)) }
      made.append(("cdc.errors.time", Timestamp.text(SystemTime.wallNanoseconds)))
    } else {
      made = [("cdc.errors.code", error.code.name)]
    }
    made.append(("cdc.errors.connector", connector))
    made.append(("cdc.errors.attempts", String(attempt)))
    return made.map { ($0.0, Array($0.1.utf8)) } + [("cdc.errors.origin", origin.header)]
  }

  private func context(_ rejection: Rejection, _ origin: DeadLetterOrigin) -> [(String, String)] {
    let error = rejection.error
    var made = [("topic", origin.topic)]
    if let partition = origin.partition {
      made.append(("partition", String(partition)))
      made.append(("offset", origin.offset.text))
    }
    let exception = error.code.failureClass == .record ? "RetriableException" : "DataException"
    made += [
      ("connector.name", connector), ("task.id", String(task)), ("stage", rejection.stage.rawValue),
      ("class.name", rejection.className),
      ("exception.class.name", "org.apache.kafka.connect.errors.\(exception)"),
      ("exception.message", error.message + (error.cause.map { " (\($0))" } ?? "")),
      ("exception.stacktrace", error.description),
    ]
    return made.map { ("__connect.errors.\($0.0)", $0.1) }
  }
}

/// What failures of one cause have in common: FNV-1a, 64 bits, over the parts with a zero byte behind each.
enum Fingerprint {
  static func of(_ parts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = hash &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
