import ChangeModel
import Flow
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import ObjectStore

/// Where keys come from.
@Suite struct CredentialTests {
  /// The chain with this environment, at a fixed time.
  static func context(_ environment: [String: String], now: @escaping () -> Int64 = { 1_790_000_000 })
    -> CredentialContext
  {
    let client = HTTPClient(HTTPClientOptions(proxy: HTTPProxy.none, connectTimeout: .seconds(2)))
    let retries = S3RetryPolicy(count: 2, first: .milliseconds(1), cap: .milliseconds(2))
    var environment = environment
    // No test asks the machine's own metadata service.
    if environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] == nil { environment["AWS_EC2_METADATA_DISABLED"] = "true" }
    return CredentialContext(
      environment: environment, region: "eu-west-1", http: client, local: client, retries: retries, stop: StopFlag(),
      now: now)
  }

  static func keys(_ credentials: S3Credentials, _ environment: [String: String]) throws(CDCError) -> AWSCredentials {
    guard let source = try credentials.source(context(environment)) else {
      throw CDCError(.objectStoreCredentials, "no source")
    }
    return try CredentialCache(source, now: { 1_790_000_000 }).credentials()
  }

  @Test func keysOfTheConfigurationAndTheEnvironment() throws {
    #expect(
      try Self.keys(.keys(id: "a", secret: "b", token: "c"), [:]) == AWSCredentials(id: "a", secret: "b", token: "c"))
    #expect(failure { _ = try Self.keys(.keys(id: "a", secret: ""), [:]) }?.code == .objectStoreCredentials)
    let environment = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"]
    #expect(try Self.keys(.environment, environment) == AWSCredentials(id: "a", secret: "b", token: "c"))
    #expect(try Self.keys(.chain, environment).id == "a")
    #expect(
      failure { _ = try Self.keys(.environment, ["AWS_ACCESS_KEY_ID": "a"]) }?.message.contains("AWS_SECRET") == true)
  }

  @Test func noKeysAnywhereNamesThePlaces() throws {
    let error = failure { _ = try Self.keys(.chain, ["HOME": "/nonexistent"]) }
    #expect(error?.code == .objectStoreCredentials)
    for place in ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/.aws/credentials", "metadata"] {
      #expect(error?.message.contains(place) == true)
    }
  }

  @Test func descriptionsShowNoSecret() {
    let secret = "s3cr3t"
    let all: [S3Credentials] = [
      .keys(id: "a", secret: secret, token: secret), .role(S3Role(arn: "r"), with: .keys(id: "a", secret: secret)),
    ]
    for credentials in all { #expect(!"\(credentials)".contains(secret)) }
    #expect(!"\(AWSCredentials(id: "AKIA123", secret: secret, token: secret))".contains(secret))
    var settings = S3Settings(bucket: "b")
    settings.credentials = all[0]
    settings.object.encryption = .customerKey(base64: secret)
    #expect(!"\(settings)".contains(secret))
    #expect(!"\(HTTPProxy(url: "http://u:\(secret)@h", password: secret))".contains(secret))
  }

  @Test func profiles() throws {
    let folder = try TemporaryFolder("aws")
    try folder.write(
      """
      # keys
      [default]
      aws_access_key_id = D
      aws_secret_access_key = DS ; a comment
      [one]
      aws_access_key_id=C
      aws_secret_access_key=CS
      aws_session_token=CT
      """, to: ".aws/credentials")
    try folder.write(
      """
      [default]
      region = eu-north-1
      s3 =
        aws_access_key_id = nested
      [profile one]
      aws_access_key_id = overridden
      [profile two]
      aws_access_key_id = E
      aws_secret_access_key = ES
      [profile sso]
      sso_session = x
      [profile loop]
      role_arn = r
      source_profile = pool
      [profile pool]
      role_arn = r
      source_profile = loop
      [profile lonely]
      role_arn = r
      [services x]
      aws_access_key_id = no
      """, to: ".aws/config")
    let home = ["HOME": folder.path]
    #expect(try Self.keys(.chain, home) == AWSCredentials(id: "D", secret: "DS"))
    #expect(try Self.keys(.profile("one"), home) == AWSCredentials(id: "C", secret: "CS", token: "CT"))
    #expect(try Self.keys(.chain, home.merging(["AWS_PROFILE": "two"]) { $1 }) == AWSCredentials(id: "E", secret: "ES"))
    #expect(ProfileFiles(home)["default"]?["region"] == "eu-north-1")
    #expect(ProfileFiles(home)["x"] == nil)
    for (name, word) in [
      ("none", "no profile"), ("sso", "sso_session"), ("loop", "own source_profile"),
      ("lonely", "nothing to take it with"),
    ] {
      let error = failure { _ = try Self.keys(.profile(name), home) }
      #expect(error?.code == .objectStoreCredentials)
      #expect(error?.message.contains(word) == true, "\(name): \(String(describing: error))")
    }
    #expect(failure { _ = try Self.keys(.chain, ["AWS_PROFILE": "none"]) }?.message.contains("none") == true)
    let elsewhere = [
      "AWS_SHARED_CREDENTIALS_FILE": folder.path(".aws/credentials"), "AWS_CONFIG_FILE": "/nonexistent",
    ]
    #expect(try Self.keys(.chain, elsewhere).id == "D")
  }

  @Test func theContainersEndpoint() throws {
    let folder = try TemporaryFolder("aws")
    let token = try folder.write("t0ken\n", to: "token")
    let answer = #"{"AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T", "Expiration": "2026-09-21T20:00:00Z"}"#
    let server = try ScriptedServer([.response(503), .response(200, body: answer)])
    let environment = [
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.endpoint + "/v1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token,
    ]
    let keys = try Self.keys(.chain, environment)
    #expect(
      keys == AWSCredentials(id: "A", secret: "S", token: "T", expiration: AWSTime.seconds("2026-09-21T20:00:00Z")))
    #expect(server.requests.last?.headers["authorization"] == "t0ken")
    let far = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/x"]
    #expect(failure { _ = try Self.keys(.container, far) }?.code == .objectStoreSettings)
    let refusing = try ScriptedServer([.response(403)])
    let refused = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": refusing.endpoint]
    #expect(failure { _ = try Self.keys(.container, refused) }?.code == .objectStoreCredentials)
  }

  @Test func theInstancesMetadata() throws {
    let answer = #"{"Code": "Success", "AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T"}"#
    let server = try ScriptedServer { request, _ in
      switch (request.method, request.target, request.headers["x-aws-ec2-metadata-token"]) {
      case ("PUT", "/latest/api/token", _): .response(200, body: "session")
      case ("GET", "/latest/meta-data/iam/security-credentials/", "session"): .response(200, body: "my-role\n")
      case ("GET", "/latest/meta-data/iam/security-credentials/my-role", "session"): .response(200, body: answer)
      default: .response(401)
      }
    }
    let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.endpoint + "/"]
    #expect(try Self.keys(.chain, environment) == AWSCredentials(id: "A", secret: "S", token: "T"))
    #expect(server.requests.first?.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600")
    let elsewhere = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(try FreePort.next())"]
    #expect(failure { _ = try Self.keys(.instance, elsewhere) }?.message.contains("instance metadata") == true)
  }

  /// Once the metadata service gave keys, its silence is a failure that passes, not a machine without keys.
  @Test func theInstancesSilenceIsNoLackOfKeys() throws {
    let answers: [ScriptedServer.Answer] = [
      .response(200, body: "session"), .response(200, body: "role"),
      .response(200, body: #"{"AccessKeyId": "A", "SecretAccessKey": "S"}"#), .cut,
    ]
    let server = try ScriptedServer(answers)
    let source = InstanceCredentials(Self.context(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.endpoint]))
    #expect(try source.fetch()?.id == "A")
    #expect(failure { _ = try source.fetch() }?.code == .objectStoreCredentialService)
  }

  @Test func rolesOfProfiles() throws {
    let answer = """
      <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>
      <Expiration>2026-09-21T20:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
      """
    let server = try ScriptedServer([.cut, .response(200, body: answer)])
    let folder = try TemporaryFolder("aws")
    try folder.write(
      """
      [profile role]
      role_arn = arn:aws:iam::1:role/a b
      source_profile = base
      external_id = x&y
      duration_seconds = 900
      role_session_name = me
      [profile base]
      aws_access_key_id = K
      aws_secret_access_key = KS
      """, to: ".aws/config")
    let environment = ["HOME": folder.path, "AWS_ENDPOINT_URL_STS": server.endpoint]
    #expect(try Self.keys(.profile("role"), environment).token == "T")
    let request = try #require(server.requests.last)
    #expect(
      request.text
        == "Action=AssumeRole&DurationSeconds=900&ExternalId=x%26y&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b"
        + "&RoleSessionName=me&Version=2011-06-15")
    #expect(request.headers["authorization"]?.contains("Credential=K/20260921/eu-west-1/sts/aws4_request") == true)
  }

  @Test(
    arguments: [
      (
        .response(
          403, body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"),
        .objectStoreCredentials
      ),
      (
        .response(400, body: "<ErrorResponse><Error><Code>ExpiredTokenException</Code></Error></ErrorResponse>"),
        .objectStoreCredentials
      ),
      (
        .response(400, body: "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>"),
        .objectStoreCredentialService
      ),
      (.response(503), .objectStoreCredentialService), (.cut, .objectStoreCredentialService),
      (.response(200, headers: ["Content-Type": "text/html"], body: "<html>"), .objectStoreCredentials),
    ] as [(ScriptedServer.Answer, ErrorCode)])
  func whatTheTokenServiceCanSayWrong(_ answer: ScriptedServer.Answer, _ code: ErrorCode) throws {
    let server = try ScriptedServer([answer])
    let role = S3Role(arn: "arn:x", endpoint: server.endpoint)
    let error = failure { _ = try Self.keys(.role(role, with: .keys(id: "a", secret: "s3cr3t")), [:]) }
    #expect(error?.code == code)
    #expect(error?.message.contains("arn:x") == true)
    #expect(error?.description.contains("s3cr3t") == false)
  }

  @Test func aMissingTokenFileIsNamed() throws {
    let error = failure { _ = try Self.keys(.webIdentity(roleARN: "r", tokenFile: "/nonexistent/token"), [:]) }
    #expect(error?.code == .objectStoreCredentials)
    #expect(error?.message.contains("/nonexistent/token") == true)
    let noRole = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/etc/hostname"]
    #expect(failure { _ = try Self.keys(.chain, noRole) }?.message.contains("AWS_ROLE_ARN") == true)
  }
}
