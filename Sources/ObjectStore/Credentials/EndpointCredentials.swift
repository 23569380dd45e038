internal import ChangeModel
internal import HTTPClient
internal import JSON

/// The endpoint of ECS tasks and of EKS pods
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
final class ContainerCredentials: CredentialSource {
  /// Hosts that may be asked without TLS: this machine, and the addresses of ECS and EKS.
  private static let plainHosts = ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
  private let context: CredentialContext

  init(_ context: CredentialContext) { self.context = context }

  let place = "the container's endpoint (AWS_CONTAINER_CREDENTIALS_…)"
  let isRenewable = true

  func fetch() throws(CDCError) -> AWSCredentials? {
    guard let url = try address() else { return nil }
    var headers = [("Accept", "application/json")]
    if let file = context.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      guard let token = SmallFile.text(file)?.trimmed, !token.isEmpty else {
        throw CDCError(.objectStoreCredentials, "The authorization token file \(file) can't be read or is empty")
      }
      headers.append(("Authorization", token))
    } else if let token = context.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
      headers.append(("Authorization", token))
    }
    let doing = "Asking the container's endpoint for credentials"
    let request = HTTPRequest(url: url, headers: headers, timeout: .seconds(5))
    let response = try context.send(request, by: context.local, doing)
    guard response.isSuccess, let found = CredentialText.credentials(response.body) else {
      throw CDCError(.objectStoreCredentials, "\(doing) got the status \(response.status) and no keys")
    }
    return found
  }

  private func address() throws(CDCError) -> String? {
    if let path = context.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") { return "http://169.254.170.2" + path }
    guard let url = context.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
    guard let parts = S3Address.Parts(url) else {
      throw CDCError(.objectStoreSettings, "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an address")
    }
    let isNear = parts.name.hasPrefix("127.") || Self.plainHosts.contains(parts.name)
    guard parts.scheme == "https" || isNear else {
      throw CDCError(
        .objectStoreSettings,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI names \(parts.name), which is not this machine, without https")
    }
    return url
  }
}

/// The role of an EC2 instance by the metadata service, version 2
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html).
final class InstanceCredentials: CredentialSource {
  private static let path = "/latest/meta-data/iam/security-credentials/"
  private let context: CredentialContext
  private var hasAnswered = false

  init(_ context: CredentialContext) { self.context = context }

  let place = "instance metadata"
  let isRenewable = true

  func fetch() throws(CDCError) -> AWSCredentials? {
    if context.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" { return nil }
    var endpoint = context.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    guard let token = session(endpoint) else {
      // Elsewhere than on EC2 nobody answers there: that is no failure, there are no keys here.
      guard hasAnswered else { return nil }
      throw CDCError(.objectStoreCredentialService, "The instance's metadata service does not answer")
    }
    guard let role = try get(endpoint + Self.path, token), !role.isEmpty else { return nil }
    let name = String(decoding: role, as: UTF8.self).split(separator: "\n").first.map { $0.trimmed } ?? ""
    guard let answer = try get(endpoint + Self.path + URIText.encoded(name), token),
      let found = CredentialText.credentials(answer)
    else { throw CDCError(.objectStoreCredentialService, "The instance's role \(name) has no keys now") }
    hasAnswered = true
    return found
  }

  private func session(_ endpoint: String) -> String? {
    let request = HTTPRequest(
      method: "PUT", url: endpoint + "/latest/api/token",
      headers: [("X-aws-ec2-metadata-token-ttl-seconds", "21600")], timeout: .seconds(1))
    for _ in 0..<2 {
      if let response = try? context.local.send(request) {
        return response.isSuccess ? String(decoding: response.body, as: UTF8.self).trimmed : nil
      }
    }
    return nil
  }

  private func get(_ url: String, _ token: String) throws(CDCError) -> [UInt8]? {
    let request = HTTPRequest(
      url: url, headers: [("X-aws-ec2-metadata-token", token)], timeout: .seconds(2))
    let response = try context.send(request, by: context.local, "Asking the instance's metadata for credentials")
    if response.status == 404 { return nil }
    guard response.isSuccess else {
      throw CDCError(
        .objectStoreCredentials, "Asking the instance's metadata for credentials got the status \(response.status)")
    }
    return response.body
  }
}

/// The JSON in which the endpoints of containers and instances give keys out.
enum CredentialText {
  static func credentials(_ bytes: [UInt8]) -> AWSCredentials? {
    guard let value = try? JSONValue(parsing: bytes), let id = value["AccessKeyId"]?.string,
      let secret = value["SecretAccessKey"]?.string, !id.isEmpty, !secret.isEmpty
    else { return nil }
    if let code = value["Code"]?.string, code != "Success" { return nil }
    let end = value["Expiration"]?.string.flatMap(AWSTime.seconds)
    return AWSCredentials(id: id, secret: secret, token: value["Token"]?.string, expiration: end)
  }
}
