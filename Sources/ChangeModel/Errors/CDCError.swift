/// An error that an operator may see: what is wrong, where, and what to do. Never with a row's value or a secret.
public struct CDCError: Error, Sendable, CustomStringConvertible {
  /// The stable code, with its class and what to do.
  public var code: ErrorCode
  /// What is wrong and where: one sentence that names the file, key, table, topic or position.
  public var message: String
  /// What the server or library said, if that says more.
  public var cause: String?

  /// An error.
  public init(_ code: ErrorCode, _ message: String, cause: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// `CDC-2003: message (cause). What to do.`
  public var description: String {
    let detail = cause.map { " (\($0))" } ?? ""
    return "\(code.name): \(message)\(detail). \(code.remedy)"
  }
}

/// What an error means for the flow.
public enum FailureClass: String, Sendable {
  /// The other side is down or busy: wait with backoff, then again.
  case target
  /// This record may pass later.
  case record
  /// This record never passes.
  case poison
  /// The operator is needed: stop.
  case fatal
}

/// A stable error code `CDC-nnnn` with its class, meaning and remedy. All codes are declared in extensions in this
/// folder, one file per area; `ErrorCode.all` lists them for the reference page.
public struct ErrorCode: Sendable, Hashable {
  /// The number: 1000 configuration, 2000 PostgreSQL source, 3000 Kafka, 4000 schemas and encoding, 5000 warehouse,
  /// 6000 engine and control plane, 7000 object storage, 8000 validation, 8100 stages.
  public let number: Int
  /// What it means for the flow.
  public let failureClass: FailureClass
  /// What it means, in one sentence.
  public let meaning: String
  /// What to do, in one sentence with its full stop.
  public let remedy: String

  /// Declares a code.
  init(_ number: Int, _ failureClass: FailureClass, _ meaning: String, _ remedy: String) {
    self.number = number
    self.failureClass = failureClass
    self.meaning = meaning
    self.remedy = remedy
  }

  /// `CDC-2003`.
  public var name: String { "CDC-\(number)" }

  /// Every code, by number.
  public static var all: [ErrorCode] {
    (configuration + postgresSource + kafka + registry + encoding + warehouse + engine + deadLetters + objectStore
      + objectStoreSink + validation + stages)
      .sorted { $0.number < $1.number }
  }
}
