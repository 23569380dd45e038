/// Keys that sign requests. Its description shows no secret.
struct AWSCredentials: Sendable, Equatable, CustomStringConvertible {
  /// The access key's id.
  var id: String
  /// The secret key.
  var secret: String
  /// The session token of temporary keys.
  var token: String?
  /// When they end, in seconds since 1970; nil: never.
  var expiration: Int64?

  /// `key AKIA…`.
  var description: String { "key \(id.prefix(4))…" }
}
