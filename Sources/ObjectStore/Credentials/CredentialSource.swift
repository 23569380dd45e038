internal import ChangeModel
internal import Flow
internal import HTTPClient

/// A place that keys may come from.
protocol CredentialSource: AnyObject {
  /// What it is called in messages, as `AWS_ACCESS_KEY_ID`.
  var place: String { get }
  /// Whether asking again may give other keys.
  var isRenewable: Bool { get }
  /// Its keys; nil: it has none.
  func fetch() throws(CDCError) -> AWSCredentials?
}

/// What the sources of credentials stand on.
struct CredentialContext {
  /// The process's environment.
  let environment: [String: String]
  /// The region of the token service.
  let region: String
  /// For the token service.
  let http: HTTPClient
  /// For addresses of this machine's own network, which no proxy leads to.
  let local: HTTPClient
  let retries: S3RetryPolicy
  let stop: StopFlag
  /// Seconds since 1970.
  let now: () -> Int64

  /// A variable that has a value.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Sends a request, again where it may pass then. What the service says is the caller's to judge, unless it is busy.
  func send(
    _ request: HTTPRequest, by client: HTTPClient, _ doing: String
  ) throws(CDCError) -> HTTPResponse {
    var generator = SystemRandomNumberGenerator()
    var attempt = 0
    while true {
      let failure: CDCError
      do {
        let stop = stop
        let response = try client.send(request, whileWanted: { !stop.isRaised })
        guard response.status == 429 || response.status >= 500 else { return response }
        failure = CDCError(.objectStoreCredentialService, "\(doing) got the status \(response.status)")
      } catch let error {
        failure = CDCError(.objectStoreCredentialService, "\(doing) failed", cause: error.description)
        guard error.isTransient else { throw failure }
      }
      guard attempt < retries.count, !stop.wait(retries.wait(attempt: attempt, using: &generator)) else {
        throw failure
      }
      attempt += 1
    }
  }
}
