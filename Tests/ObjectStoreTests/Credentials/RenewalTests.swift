import ChangeModel
import Flow
import TestSupport
import Testing

@testable import ObjectStore

/// Keys that end.
@Suite struct RenewalTests {
  /// Gives out keys numbered from 1 that last an hour; or an error, or nothing.
  final class Source: CredentialSource {
    enum Mood { case gives, fails, isEmpty }
    let place = "a test"
    let isRenewable = true
    var mood = Mood.gives
    var count = 0
    var now: Int64 = 0

    func fetch() throws(CDCError) -> AWSCredentials? {
      switch mood {
      case .fails: throw CDCError(.objectStoreCredentialService, "down")
      case .isEmpty: return nil
      case .gives:
        count += 1
        return AWSCredentials(id: "\(count)", secret: "s", expiration: now + 3600)
      }
    }
  }

  @Test func keysAreFetchedAnewBeforeTheyEnd() throws {
    let source = Source()
    let cache = CredentialCache(source, now: { source.now })
    #expect(try cache.credentials().id == "1")
    source.now = 3299
    #expect(try cache.credentials().id == "1")
    source.now = 3301
    #expect(try cache.credentials().id == "2")
    cache.invalidate()
    #expect(try cache.credentials().id == "3")
  }

  @Test(arguments: [Source.Mood.fails, .isEmpty])
  func keysServeUntilTheyEndWhenTheirSourceIsDown(_ mood: Source.Mood) throws {
    let source = Source()
    let cache = CredentialCache(source, now: { source.now })
    _ = try cache.credentials()
    source.mood = mood
    source.now = 3500
    #expect(try cache.credentials().id == "1")
    source.mood = .gives
    // It is not asked again at every request.
    source.now = 3510
    #expect(try cache.credentials().id == "1")
    source.now = 3531
    #expect(try cache.credentials().id == "2")
    source.mood = mood
    source.now += 3600
    #expect(failure { _ = try cache.credentials() } != nil)
  }

  @Test func aChainStaysWithItsChoice() throws {
    let first = Source()
    let second = Source()
    first.mood = .isEmpty
    let chain = CredentialChain([first, second])
    #expect(try chain.fetch()?.id == "1")
    first.mood = .gives
    #expect(try chain.fetch()?.id == "2")
    second.mood = .fails
    #expect(failure { _ = try chain.fetch() }?.code == .objectStoreCredentialService)
    #expect(first.count == 0)
  }

  /// A store that takes a session token for over.
  private func server(_ good: String) throws -> ScriptedServer {
    try ScriptedServer { request, number in
      if number < 3 { return S3FailureTests.opening[number] }
      return request.headers["x-amz-security-token"] == good
        ? S3FailureTests.stored : S3FailureTests.error(400, "ExpiredToken")
    }
  }

  @Test func anExpiredTokenIsRenewedOnce() throws {
    let folder = try TemporaryFolder("aws")
    func write(_ token: String) throws {
      try folder.write(
        "[default]\naws_access_key_id=A\naws_secret_access_key=S\naws_session_token=\(token)\n", to: ".aws/credentials")
    }
    try write("old")
    let server = try server("new")
    var settings = Stores.settings(server.endpoint, "bucket")
    settings.credentials = .chain
    let store = S3Store(settings, environment: ["HOME": folder.path])
    try store.open(prefix: "")
    #expect(failure { try store.put("a", "x") }?.code == .objectStoreTokenExpired)
    #expect(server.requests.count == 3 + 2)
    try write("new")
    try store.put("a", "x")
    #expect(server.requests.count == 3 + 2 + 2)
  }

  @Test func aFixedTokenThatIsOverIsFatal() throws {
    let server = try server("new")
    var settings = Stores.settings(server.endpoint, "bucket")
    settings.credentials = .keys(id: "A", secret: "S", token: "old")
    let store = S3Store(settings, environment: [:])
    try store.open(prefix: "")
    let error = failure { try store.put("a", "x") }
    #expect(error?.code == .objectStoreTokenExpired && error?.code.failureClass == .fatal)
    #expect(server.requests.count == 4)
  }
}
