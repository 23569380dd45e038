internal import ChangeModel
internal import HTTPClient

/// A request that did not succeed.
struct S3Failure: Error {
  /// The status; 0: there was no answer.
  var status = 0
  /// S3's word for it, as `NoSuchBucket`; empty where there is none.
  var code = ""
  /// What the operator sees.
  var error: CDCError
  /// Whether the same request may succeed later.
  var isTransient = false

  /// The session token is over.
  var isExpiredToken: Bool { error.code == .objectStoreTokenExpired }

  init(_ error: CDCError) { self.error = error }

  /// There was no answer.
  init(_ failure: HTTPError, _ doing: String) {
    let code: ErrorCode =
      switch failure.kind {
      case .tls: .objectStoreTLS
      case .request: .objectStoreSettings
      case .upload: .objectContent
      case .tooLarge: .objectStoreNotS3
      case .unreachable, .timeout, .connection, .cancelled: .objectStoreUnavailable
      }
    error = CDCError(code, "\(doing) failed", cause: failure.description)
    isTransient = failure.isTransient
  }

  /// An answer that is none of S3.
  init(notS3 response: HTTPResponse, _ doing: String) {
    status = response.status
    let kind = response.header("Content-Type").map { " of the type \($0.prefix(60))" } ?? ""
    error = CDCError(
      .objectStoreNotS3, "\(doing) got an answer\(kind) with status \(response.status) that is not S3's")
  }

  /// An answer that says no (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
  init(_ response: HTTPResponse, _ doing: String, clock: String) {
    let answer = XMLElement(parsing: response.body).flatMap { $0.name == "Error" ? $0 : $0.child("Error") }
    let code = answer?["Code"] ?? ""
    let isForeign = code.isEmpty && S3Answer.isForeign(response)
    let said = answer?["Message"].map { String($0.prefix(300)) }
    let refusal = "\(doing) was refused: \(code.isEmpty ? "status \(response.status)" : code)"
    let redirection = Self.redirection(response, answer, code)
    switch Meaning(code, response.status) {
    case .transient:
      self.init(CDCError(.objectStoreUnavailable, refusal, cause: said))
      isTransient = true
    case _ where isForeign && redirection == nil: self.init(notS3: response, doing)
    case _ where redirection != nil:
      self.init(CDCError(.objectStoreRegion, "\(doing) was sent elsewhere: \(redirection ?? "")", cause: said))
    case .clock:
      let theirs = response.header("Date").map { "; the store says \($0)" } ?? ""
      self.init(CDCError(.objectStoreClock, "\(refusal): this machine says \(clock)\(theirs)", cause: said))
    case .is(let meaning): self.init(CDCError(meaning, refusal, cause: said))
    }
    status = response.status
    self.code = code
  }

  /// Where the store points to; nil: nowhere.
  private static func redirection(_ response: HTTPResponse, _ answer: XMLElement?, _ code: String) -> String? {
    let isMalformed = code == "AuthorizationHeaderMalformed" && answer?["Region"] != nil
    guard isMalformed || (300..<400).contains(response.status) || code == "IllegalLocationConstraintException" else {
      return nil
    }
    if let region = response.header("x-amz-bucket-region") ?? answer?["Region"] { return "the bucket is in \(region)" }
    if let endpoint = answer?["Endpoint"] { return "the bucket is at \(endpoint)" }
    guard let location = response.header("Location"), let parts = S3Address.Parts(location) else {
      return code.isEmpty ? nil : code
    }
    return "\(parts.scheme)://\(parts.host)"
  }

  /// What S3's words mean here.
  private enum Meaning {
    case transient
    case clock
    case `is`(ErrorCode)

    init(_ code: String, _ status: Int) {
      switch code {
      case "NoSuchBucket": self = .is(.objectStoreBucketMissing)
      case "AccessDenied", "AllAccessDisabled", "AccountProblem": self = .is(.objectStoreAccessDenied)
      case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired": self = .is(.objectStoreTokenExpired)
      case "RequestTimeTooSkewed": self = .clock
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "NotSignedUp",
        "AuthorizationHeaderMalformed", "MissingSecurityHeader", "AuthFailure", "InvalidClientTokenId",
        "UnrecognizedClientException", "MissingAuthenticationToken":
        self = .is(.objectStoreCredentials)
      // Busy, or full as MinIO says it; a body that was hurt on its way; others who do the same at the same time.
      case "InternalError", "SlowDown", "SlowDownRead", "SlowDownWrite", "ServiceUnavailable", "Busy", "RequestTimeout",
        "RequestLimitExceeded", "Throttling", "ThrottlingException", "XMinioServerNotInitialized", "XMinioStorageFull",
        "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "OperationAborted", "ConditionalRequestConflict":
        self = .transient
      default:
        switch status {
        case 408, 429, 500, 502, 503, 504, 507: self = .transient
        case 401, 403: self = .is(.objectStoreAccessDenied)
        default: self = .is(.objectStoreRefused)
        }
      }
    }
  }
}

/// What an answer looks like.
enum S3Answer {
  /// Whether it comes from something else than an object store: a console, a proxy, a login page. S3 writes XML, and
  /// nothing where only the head was asked for.
  static func isForeign(_ response: HTTPResponse) -> Bool {
    // Without a body the type says nothing: some stores send their server's default.
    guard !response.body.isEmpty else { return false }
    if response.header("Content-Type")?.lowercased().hasPrefix("text/html") == true { return true }
    return XMLElement(parsing: response.body).map { $0.name.lowercased() == "html" } ?? true
  }

  /// Whether it says that a body was stored: that always comes with an ETag.
  static func hasTag(_ response: HTTPResponse) -> Bool {
    response.header("ETag")?.isEmpty == false && !isForeign(response)
  }

  /// Whether it is an XML document with this root.
  static func isDocument(_ name: String) -> (HTTPResponse) -> Bool {
    { XMLElement(parsing: $0.body)?.name == name }
  }
}
