/// AWS Signature Version 4
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
struct SigV4 {
  /// `s3`, `sts`.
  var service: String
  /// The region, as `eu-central-1`.
  var region: String

  /// What is signed.
  struct Request {
    var method: String
    /// The path, encoded, with its slash.
    var path: String
    var query: [(String, String)] = []
    /// All headers that are signed, `Host` among them.
    var headers: [(String, String)]
    /// SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`.
    var payload: String
  }

  /// The headers that the signature adds: the date, the session token, `Authorization`.
  func headers(for request: Request, _ credentials: AWSCredentials, at seconds: Int64) -> [(String, String)] {
    let date = AWSTime.basic(seconds)
    var added = [("x-amz-date", date)]
    if let token = credentials.token { added.append(("x-amz-security-token", token)) }
    var request = request
    request.headers += added
    let signature = signature(of: request, credentials, date)
    let names = Self.canonicalHeaders(request).map(\.0).joined(separator: ";")
    let value =
      "AWS4-HMAC-SHA256 Credential=\(credentials.id)/\(scope(date)), SignedHeaders=\(names), Signature=\(signature)"
    return added + [("Authorization", value)]
  }

  func signature(of request: Request, _ credentials: AWSCredentials, _ date: String) -> String {
    var key = Digest.hmac(key: Array(("AWS4" + credentials.secret).utf8), date.prefix(8).utf8)
    for part in [region, service, "aws4_request"] { key = Digest.hmac(key: key, part.utf8) }
    return Digest.hex(Digest.hmac(key: key, stringToSign(request, date).utf8))
  }

  func stringToSign(_ request: Request, _ date: String) -> String {
    let hash = Digest.hex(Digest.sha256(Self.canonical(request).utf8))
    return ["AWS4-HMAC-SHA256", date, scope(date), hash].joined(separator: "\n")
  }

  static func canonical(_ request: Request) -> String {
    let headers = canonicalHeaders(request)
    return [
      request.method, request.path, URIText.query(request.query),
      headers.map { "\($0.0):\($0.1)\n" }.joined(), headers.map(\.0).joined(separator: ";"), request.payload,
    ].joined(separator: "\n")
  }

  private func scope(_ date: String) -> String { "\(date.prefix(8))/\(region)/\(service)/aws4_request" }

  /// Small names in order; values without outer and without repeated inner spaces; several of one name with commas.
  private static func canonicalHeaders(_ request: Request) -> [(String, String)] {
    var values: [String: [String]] = [:]
    for (name, value) in request.headers {
      values[name.lowercased(), default: []].append(value.split(separator: " ").joined(separator: " "))
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }
}
