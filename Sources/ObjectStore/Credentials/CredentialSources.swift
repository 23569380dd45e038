internal import ChangeModel

extension S3Credentials {
  /// The place that these stand for; nil: requests are not signed.
  func source(_ context: CredentialContext) throws(CDCError) -> (any CredentialSource)? {
    switch self {
    case .chain:
      return CredentialChain([
        EnvironmentCredentials(context), WebIdentityCredentials(context), ProfileCredentials(nil, context),
        ContainerCredentials(context), InstanceCredentials(context),
      ])
    case .keys(let id, let secret, let token):
      return FixedCredentials(AWSCredentials(id: id, secret: secret, token: token))
    case .environment: return EnvironmentCredentials(context)
    case .profile(let name): return ProfileCredentials(name, context)
    case .webIdentity(let role, let file, let session):
      return WebIdentityCredentials(context, roleARN: role, tokenFile: file, sessionName: session)
    case .container: return ContainerCredentials(context)
    case .instance: return InstanceCredentials(context)
    case .role(let role, let base):
      guard let source = try base.source(context) else {
        throw CDCError(.objectStoreSettings, "The role \(role.arn) can't be taken without credentials")
      }
      return RoleCredentials(role, with: source, context)
    case .anonymous: return nil
    }
  }
}
