internal import ChangeModel

/// A profile of the shared files: its keys, or its role taken with another profile's keys, a web identity, or those of
/// the environment, the container or the instance. The files are read at each renewal.
final class ProfileCredentials: CredentialSource {
  private let name: String
  private let isNamed: Bool
  private let context: CredentialContext

  /// Nil: the profile of the environment; then one that does not exist is no error.
  init(_ name: String?, _ context: CredentialContext) {
    self.name = name ?? ProfileFiles.name(context.environment)
    isNamed = name != nil || context.variable("AWS_PROFILE") != nil
    self.context = context
  }

  var place: String { "profile \(name) (\(ProfileFiles(context.environment).place))" }
  let isRenewable = true

  func fetch() throws(CDCError) -> AWSCredentials? {
    let files = ProfileFiles(context.environment)
    guard files[name] != nil || isNamed else { return nil }
    return try credentials(name, files, seen: [])
  }

  private func credentials(
    _ name: String, _ files: ProfileFiles, seen: Set<String>
  ) throws(CDCError) -> AWSCredentials? {
    guard let profile = files[name] else {
      throw CDCError(.objectStoreCredentials, "There is no profile \(name) in \(files.place)")
    }
    guard !seen.contains(name) else {
      throw CDCError(.objectStoreCredentials, "The profile \(name) is its own source_profile")
    }
    if let arn = profile["role_arn"] {
      return try role(arn, of: name, profile, files, seen: seen.union([name]))
    }
    if let keys = keys(profile) { return keys }
    for key in ["credential_process", "sso_session", "sso_start_url"] where profile[key] != nil {
      throw CDCError(.objectStoreCredentials, "The profile \(name) has \(key), which is not supported")
    }
    guard seen.isEmpty, !isNamed else {
      throw CDCError(.objectStoreCredentials, "The profile \(name) in \(files.place) has no keys")
    }
    return nil
  }

  private func keys(_ profile: [String: String]) -> AWSCredentials? {
    guard let id = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] else { return nil }
    return AWSCredentials(id: id, secret: secret, token: profile["aws_session_token"])
  }

  private func role(
    _ arn: String, of name: String, _ profile: [String: String], _ files: ProfileFiles, seen: Set<String>
  ) throws(CDCError) -> AWSCredentials? {
    let session = profile["role_session_name"] ?? "martinet"
    if let file = profile["web_identity_token_file"] {
      return try WebIdentityCredentials(context, roleARN: arn, tokenFile: file, sessionName: session).fetch()
    }
    let role = S3Role(
      arn: arn, sessionName: session, externalID: profile["external_id"],
      duration: profile["duration_seconds"].flatMap { Int($0) } ?? 3600)
    guard let base = try base(of: name, profile, files, seen: seen) else {
      throw CDCError(.objectStoreCredentials, "The profile \(name) has a role, but nothing to take it with")
    }
    return try TokenService(context).assume(role, with: base)
  }

  private func base(
    of name: String, _ profile: [String: String], _ files: ProfileFiles, seen: Set<String>
  ) throws(CDCError) -> AWSCredentials? {
    if let source = profile["source_profile"] {
      // A profile may have a role and the keys to take it with.
      if source == name { return keys(profile) }
      return try credentials(source, files, seen: seen)
    }
    switch profile["credential_source"] {
    case "Environment": return try EnvironmentCredentials(context).fetch()
    case "EcsContainer": return try ContainerCredentials(context).fetch()
    case "Ec2InstanceMetadata": return try InstanceCredentials(context).fetch()
    case .some:
      throw CDCError(
        .objectStoreCredentials,
        "The credential_source of the profile \(name) is none of Environment, EcsContainer, Ec2InstanceMetadata")
    case nil: return nil
    }
  }
}
