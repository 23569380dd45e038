/// Where the keys for a store come from. Its description shows no secret.
public indirect enum S3Credentials: Sendable, CustomStringConvertible {
  /// The default chain: environment, web identity of the environment, profile, container, instance metadata.
  case chain
  /// Keys as they are, with a session token where they are temporary.
  case keys(id: String, secret: String, token: String? = nil)
  /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
  case environment
  /// A profile of the shared files (`~/.aws/credentials`, `~/.aws/config`); nil: `AWS_PROFILE`, else `default`.
  case profile(String?)
  /// A role taken with the token in a file; nil: `AWS_ROLE_ARN`, `AWS_WEB_IDENTITY_TOKEN_FILE`.
  case webIdentity(roleARN: String? = nil, tokenFile: String? = nil, sessionName: String? = nil)
  /// The endpoint that ECS and EKS give a container (`AWS_CONTAINER_CREDENTIALS_…`).
  case container
  /// The role of the EC2 instance (metadata service, version 2).
  case instance
  /// A role taken with other credentials (`AssumeRole`).
  case role(S3Role, with: S3Credentials)
  /// None: requests are not signed.
  case anonymous

  /// The kind alone.
  public var description: String {
    switch self {
    case .chain: "the default chain"
    case .keys: "configured keys"
    case .environment: "the environment"
    case .profile(let name): "profile \(name ?? "of the environment")"
    case .webIdentity: "web identity"
    case .container: "the container's endpoint"
    case .instance: "instance metadata"
    case .role(let role, let base): "role \(role.arn) by \(base)"
    case .anonymous: "none"
    }
  }
}

/// A role and how it is taken.
public struct S3Role: Sendable, Hashable {
  /// The role's ARN.
  public var arn: String
  /// The name of the session; it shows up in the account's logs.
  public var sessionName: String
  /// The external id that the role's policy asks for.
  public var externalID: String?
  /// How long a session lasts, in seconds; 900 to 43200.
  public var duration: Int
  /// The token service's address; nil: `AWS_ENDPOINT_URL_STS`, else AWS's of the region.
  public var endpoint: String?

  /// A role.
  public init(
    arn: String, sessionName: String = "martinet", externalID: String? = nil, duration: Int = 3600,
    endpoint: String? = nil
  ) {
    self.arn = arn
    self.sessionName = sessionName
    self.externalID = externalID
    self.duration = duration
    self.endpoint = endpoint
  }
}
