internal import ChangeModel
internal import Flow
internal import HTTPClient

/// A request to a bucket.
struct S3Request {
  var method: String
  /// The object; nil: the bucket.
  var key: String?
  var query: [(String, String)] = []
  /// Headers beside those that every request has.
  var headers: [(String, String)] = []
  /// Whether the store wants a `Content-MD5` whatever the settings say.
  var needsDigest = false
  /// What it is for, as "Storing the object a/b".
  var doing: String
  /// Whether a successful answer is one that S3 gives to this request.
  var isAnswer: (HTTPResponse) -> Bool = { _ in true }
}

/// Sends requests to one bucket: signed, and again where they may succeed then.
final class S3Client {
  let address: S3Address
  private let region: String
  private let http: HTTPClient
  private let credentials: CredentialCache?
  private let settings: S3Settings
  private let stop: StopFlag
  private let now: () -> Int64
  private var generator = SystemRandomNumberGenerator()

  init(_ settings: S3Settings, environment: [String: String], stop: StopFlag, now: @escaping () -> Int64)
    throws(CDCError)
  {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let profile = ProfileFiles(environment)[ProfileFiles.name(environment)]
    region =
      settings.region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? profile?["region"] ?? "us-east-1"
    address = try S3Address(settings, region: region, environment: environment)
    let tls = settings.tls ?? TLSOptions(authorities: variable("AWS_CA_BUNDLE").map { .file($0) })
    http = HTTPClient(
      HTTPClientOptions(
        tls: tls, proxy: settings.proxy, connectTimeout: settings.connectTimeout, bodyLimit: 16 << 20))
    let local = HTTPClient(HTTPClientOptions(proxy: HTTPProxy.none, connectTimeout: .seconds(1), bodyLimit: 1 << 20))
    let context = CredentialContext(
      environment: environment, region: region, http: http, local: local, retries: settings.retries, stop: stop,
      now: now)
    credentials = try settings.credentials.source(context).map { CredentialCache($0, now: now) }
    self.settings = settings
    self.stop = stop
    self.now = now
  }

  /// Sends a request until it succeeds, fails for good, or its tries are over.
  func send(_ request: S3Request, _ body: HTTPUpload? = nil) throws(S3Failure) -> HTTPResponse {
    var hash = HTTPUpload.Hash()
    if let body {
      let needsDigest = request.needsDigest || settings.object.sendsDigest
      hash = try body.hash(sha256: !address.isSecure, md5: needsDigest, request.doing)
    }
    var attempt = 0
    var hasRenewed = false
    while true {
      let failure: S3Failure
      do {
        return try sendOnce(request, body, hash)
      } catch let error {
        failure = error
      }
      if failure.isExpiredToken, !hasRenewed, let credentials, credentials.isRenewable {
        credentials.invalidate()
        hasRenewed = true
        continue
      }
      guard failure.isTransient, attempt < settings.retries.count else { throw failure }
      try wait(attempt: attempt, failure)
      attempt += 1
    }
  }

  /// Waits before a next try. Throws `failure` if the task stops meanwhile.
  func wait(attempt: Int, _ failure: S3Failure) throws(S3Failure) {
    if stop.wait(settings.retries.wait(attempt: attempt, using: &generator)) { throw failure }
  }

  private func sendOnce(
    _ request: S3Request, _ body: HTTPUpload?, _ hash: HTTPUpload.Hash
  ) throws(S3Failure) -> HTTPResponse {
    let doing = "\(request.doing) in \(address.place)"
    let path = address.path(request.key)
    let seconds = now()
    var headers = [("Host", address.host)] + request.headers
    if let md5 = hash.md5 { headers.append(("Content-MD5", md5)) }
    if let credentials {
      let payload = body == nil ? Digest.emptySHA256 : hash.sha256 ?? "UNSIGNED-PAYLOAD"
      headers.append(("x-amz-content-sha256", payload))
      let signed = SigV4.Request(
        method: request.method, path: path, query: request.query, headers: headers, payload: payload)
      do {
        let keys = try credentials.credentials()
        headers += SigV4(service: "s3", region: region).headers(for: signed, keys, at: seconds)
      } catch let error {
        throw S3Failure(error)
      }
    }
    let message = HTTPRequest(
      method: request.method, url: address.url(path, request.query), headers: headers,
      timeout: body == nil ? .seconds(120) : .zero, stallTimeout: settings.stallTimeout)
    let stop = stop
    let response: HTTPResponse
    do {
      if let body {
        response = try http.send(message, uploading: body, whileWanted: { !stop.isRaised })
      } else {
        response = try http.send(message, whileWanted: { !stop.isRaised })
      }
    } catch let error {
      throw S3Failure(error, doing)
    }
    guard response.isSuccess else { throw S3Failure(response, doing, clock: AWSTime.basic(seconds)) }
    guard request.isAnswer(response) else {
      // Completing an upload can fail behind a status that was sent before.
      if XMLElement(parsing: response.body)?.name == "Error" {
        throw S3Failure(response, doing, clock: AWSTime.basic(seconds))
      }
      throw S3Failure(notS3: response, doing)
    }
    return response
  }
}
