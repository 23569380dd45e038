internal import ObjectStore

/// The credentials classes of AWS's Java libraries (1 and 2), and what stands for them.
enum S3Providers {
  /// The credentials of a class; nil: it is not known.
  static func credentials(of className: String) -> S3Credentials? {
    switch className.split(separator: ".").last.map(String.init) ?? "" {
    case "DefaultAWSCredentialsProviderChain", "DefaultCredentialsProvider": .chain
    case "EnvironmentVariableCredentialsProvider": .environment
    case "ProfileCredentialsProvider": .profile(nil)
    case "WebIdentityTokenCredentialsProvider", "WebIdentityTokenFileCredentialsProvider": .webIdentity()
    case "ContainerCredentialsProvider", "EC2ContainerCredentialsProviderWrapper": .container
    case "InstanceProfileCredentialsProvider": .instance
    case "AnonymousCredentialsProvider": .anonymous
    case "AwsAssumeRoleCredentialsProvider": .chain
    default: nil
    }
  }

  /// What is wrong with a class.
  static let problem: @Sendable (String) -> String? = { name in
    credentials(of: name) == nil
      ? "this class does not exist or is not supported; known are AWS's own chain, environment, profile, web identity, "
        + "container, instance and anonymous providers, and AwsAssumeRoleCredentialsProvider" : nil
  }
}
