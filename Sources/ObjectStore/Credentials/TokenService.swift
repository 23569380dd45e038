internal import ChangeModel
internal import HTTPClient

/// AWS's Security Token Service (https://docs.aws.amazon.com/STS/latest/APIReference/), or one that speaks like it.
struct TokenService {
  let context: CredentialContext
  let endpoint: String

  /// `endpoint`: nil: that of the environment, else AWS's of the region.
  init(_ context: CredentialContext, endpoint: String? = nil) {
    self.context = context
    let named = endpoint ?? context.variable("AWS_ENDPOINT_URL_STS")
    self.endpoint = named.map { $0.contains("://") ? $0 : "https://" + $0 } ?? Self.address(context.region)
  }

  private static func address(_ region: String) -> String {
    "https://sts.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
  }

  /// `AssumeRole`, signed with `keys`.
  func assume(_ role: S3Role, with keys: AWSCredentials) throws(CDCError) -> AWSCredentials {
    var form = [
      ("Action", "AssumeRole"), ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
      ("DurationSeconds", String(role.duration)),
    ]
    if let id = role.externalID { form.append(("ExternalId", id)) }
    return try send(form, "Taking the role \(role.arn)", keys)
  }

  /// `AssumeRoleWithWebIdentity`, which needs no signature.
  func assume(roleARN: String, sessionName: String, webIdentity token: String) throws(CDCError) -> AWSCredentials {
    let form = [
      ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", roleARN), ("RoleSessionName", sessionName),
      ("WebIdentityToken", token),
    ]
    return try send(form, "Taking the role \(roleARN) with a web identity", nil)
  }

  private func send(
    _ form: [(String, String)], _ doing: String, _ keys: AWSCredentials?
  ) throws(CDCError) -> AWSCredentials {
    let body = Array(URIText.query(form + [("Version", "2011-06-15")]).utf8)
    guard let address = S3Address.Parts(endpoint) else {
      throw CDCError(.objectStoreSettings, "The token service's address \(endpoint) can't be read")
    }
    let path = address.path.isEmpty ? "/" : address.path
    var headers = [
      ("Host", address.host), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
    ]
    if let keys {
      let request = SigV4.Request(
        method: "POST", path: path, headers: headers, payload: Digest.hex(Digest.sha256(body)))
      headers += SigV4(service: "sts", region: context.region).headers(for: request, keys, at: context.now())
    }
    let request = HTTPRequest(
      method: "POST", url: "\(address.scheme)://\(address.host)\(path)", headers: headers, body: body)
    let response = try context.send(request, by: context.http, "\(doing) at \(address.host)")
    let answer = XMLElement(parsing: response.body)
    guard response.isSuccess else { throw Self.refusal(response, answer, doing) }
    let result = answer?.children.first { $0.name.hasSuffix("Result") }
    guard let found = result?.child("Credentials"), let id = found["AccessKeyId"],
      let secret = found["SecretAccessKey"]
    else { throw CDCError(.objectStoreCredentials, "\(doing): \(address.host) does not answer like a token service") }
    return AWSCredentials(
      id: id, secret: secret, token: found["SessionToken"], expiration: found["Expiration"].flatMap(AWSTime.seconds))
  }

  private static func refusal(_ response: HTTPResponse, _ answer: XMLElement?, _ doing: String) -> CDCError {
    let error = answer?.child("Error")
    let code = error?["Code"] ?? "status \(response.status)"
    // The provider of web identities did not answer the token service: it may the next time.
    let passes = ["IDPCommunicationError", "Throttling", "ThrottlingException", "RequestLimitExceeded"].contains(code)
    return CDCError(
      passes ? .objectStoreCredentialService : .objectStoreCredentials, "\(doing) was refused: \(code)",
      cause: error?["Message"])
  }
}

/// A role taken with other credentials.
final class RoleCredentials: CredentialSource {
  private let role: S3Role
  private let base: CredentialCache
  private let service: TokenService

  init(_ role: S3Role, with source: any CredentialSource, _ context: CredentialContext) {
    self.role = role
    base = CredentialCache(source, now: context.now)
    service = TokenService(context, endpoint: role.endpoint)
  }

  var place: String { "the role \(role.arn)" }
  let isRenewable = true

  func fetch() throws(CDCError) -> AWSCredentials? { try service.assume(role, with: base.credentials()) }
}

/// A role taken with the token in a file, as EKS gives one to each pod. The file is read at each renewal: its token
/// changes.
final class WebIdentityCredentials: CredentialSource {
  private let context: CredentialContext
  private let roleARN, tokenFile, sessionName: String?

  init(
    _ context: CredentialContext, roleARN: String? = nil, tokenFile: String? = nil, sessionName: String? = nil
  ) {
    self.context = context
    self.roleARN = roleARN
    self.tokenFile = tokenFile
    self.sessionName = sessionName
  }

  let place = "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)"
  let isRenewable = true

  func fetch() throws(CDCError) -> AWSCredentials? {
    guard let file = tokenFile ?? context.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
    guard let role = roleARN ?? context.variable("AWS_ROLE_ARN") else {
      throw CDCError(.objectStoreCredentials, "There is a web identity token file, but no role (AWS_ROLE_ARN)")
    }
    guard let token = SmallFile.text(file)?.trimmed, !token.isEmpty else {
      throw CDCError(.objectStoreCredentials, "The web identity token file \(file) can't be read or is empty")
    }
    let session = sessionName ?? context.variable("AWS_ROLE_SESSION_NAME") ?? "martinet"
    return try TokenService(context).assume(roleARN: role, sessionName: session, webIdentity: token)
  }
}
