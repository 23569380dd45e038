internal import ChangeModel

/// The keys in use: fetched when first needed and anew before they end.
final class CredentialCache {
  /// How long before their end keys are fetched anew, in seconds.
  private static let margin: Int64 = 300
  /// How long a failed or fruitless renewal is left alone while the keys are still good, in seconds.
  private static let pause: Int64 = 30

  private let source: any CredentialSource
  private let now: () -> Int64
  private var current: AWSCredentials?
  private var nextRenewal: Int64 = 0

  init(_ source: any CredentialSource, now: @escaping () -> Int64) {
    self.source = source
    self.now = now
  }

  /// Whether asking again may give other keys.
  var isRenewable: Bool { source.isRenewable }

  /// Keys that are good now.
  func credentials() throws(CDCError) -> AWSCredentials {
    let now = now()
    if let current {
      guard let end = current.expiration, end - now < Self.margin else { return current }
      if now < end, now < nextRenewal { return current }
    }
    nextRenewal = now + Self.pause
    do {
      if let fetched = try source.fetch() {
        current = fetched
        return fetched
      }
    } catch let error {
      if let current, let end = current.expiration, now < end { return current }
      throw error
    }
    if let current, let end = current.expiration, now < end { return current }
    throw CDCError(.objectStoreCredentials, "There are no credentials for the object store in \(source.place)")
  }

  /// Forgets the keys: the store says that they have ended.
  func invalidate() {
    current = nil
    nextRenewal = 0
  }
}

/// The first of several places that has keys. It stays the one: that it does not answer later must not make another's
/// keys the ones in use.
final class CredentialChain: CredentialSource {
  private let sources: [any CredentialSource]
  private var chosen: (any CredentialSource)?

  init(_ sources: [any CredentialSource]) { self.sources = sources }

  var place: String { sources.map(\.place).joined(separator: ", ") }
  let isRenewable = true

  func fetch() throws(CDCError) -> AWSCredentials? {
    if let chosen { return try chosen.fetch() }
    for source in sources {
      if let found = try source.fetch() {
        chosen = source
        return found
      }
    }
    return nil
  }
}

/// Keys as they are in the settings.
final class FixedCredentials: CredentialSource {
  private let credentials: AWSCredentials

  init(_ credentials: AWSCredentials) { self.credentials = credentials }

  let place = "the connector's configuration"
  let isRenewable = false

  func fetch() throws(CDCError) -> AWSCredentials? {
    guard !credentials.id.isEmpty, !credentials.secret.isEmpty else {
      throw CDCError(.objectStoreCredentials, "The access key and the secret key must both be given")
    }
    return credentials
  }
}

/// Keys of the environment.
final class EnvironmentCredentials: CredentialSource {
  private let context: CredentialContext

  init(_ context: CredentialContext) { self.context = context }

  let place = "the environment (AWS_ACCESS_KEY_ID)"
  let isRenewable = false

  func fetch() throws(CDCError) -> AWSCredentials? {
    guard let id = context.variable("AWS_ACCESS_KEY_ID") else { return nil }
    guard let secret = context.variable("AWS_SECRET_ACCESS_KEY") else {
      throw CDCError(.objectStoreCredentials, "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")
    }
    return AWSCredentials(id: id, secret: secret, token: context.variable("AWS_SESSION_TOKEN"))
  }
}
