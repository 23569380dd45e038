import ChangeModel
import Flow
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import ObjectStore

/// What a store can say and do wrong, said by a server that a test scripts.
@Suite struct S3FailureTests {
  typealias Answer = ScriptedServer.Answer
  static let stored = Answer.response(200, headers: ["ETag": "\"e\""])

  static func error(_ status: Int, _ code: String, _ more: String = "") -> Answer {
    let body = "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>It says so.</Message>\(more)</Error>"
    return .response(status, headers: ["Content-Type": "application/xml"], body: body)
  }

  /// Answers of a store in order: `open` is answered well, then `answers` one after the other.
  private func server(_ answers: [Answer]) throws -> ScriptedServer {
    try ScriptedServer { request, number in
      number < Self.opening.count ? Self.opening[number] : answers[min(number - Self.opening.count, answers.count - 1)]
    }
  }

  static let opening: [Answer] = [
    .response(200, body: "<ListMultipartUploadsResult/>"),
    .response(200, body: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"),
    .response(204),
  ]

  private func open(
    _ server: ScriptedServer, stop: StopFlag = StopFlag(), _ change: (inout S3Settings) -> Void = { _ in }
  ) throws -> S3Store {
    var settings = Stores.settings(server.endpoint, "bucket")
    change(&settings)
    let store = S3Store(settings, environment: [:], stop: stop)
    try store.open(prefix: "p/")
    return store
  }

  @Test(arguments: [
    error(503, "SlowDown"), error(500, "InternalError"), error(429, "TooManyRequests"), .response(502),
    .response(503, headers: ["Content-Type": "text/html"], body: "<html>busy"), .response(504, body: "upstream"),
    error(400, "RequestTimeout"), error(409, "ConditionalRequestConflict"), error(400, "BadDigest"), .cut, .half,
    error(200, "InternalError"),
  ])
  func whatMayPassIsTriedAgain(_ answer: Answer) throws {
    let server = try server([answer, answer, Self.stored])
    try open(server).put("a", "hello")
    #expect(server.requests.count == 6)
    #expect(
      server.requests.suffix(3).allSatisfy { $0.text == "hello" && $0.method == "PUT" && $0.target == "/bucket/a" })
  }

  @Test(arguments: [error(503, "SlowDown"), .cut])
  func triesAreCounted(_ answer: Answer) throws {
    let server = try server([answer])
    let store = try open(server)
    let error = failure { try store.put("a", "hello") }
    #expect(error?.code == .objectStoreUnavailable)
    #expect(error?.code.failureClass == .target)
    #expect(server.requests.count == 3 + 4)
    #expect(error?.message.contains("Storing the object a in s3://bucket at 127.0.0.1") == true)
  }

  @Test func aFileIsSentAgainFromItsBeginning() throws {
    let server = try server([.cut, Self.error(503, "SlowDown"), Self.stored])
    let content = Stores.content(200_000)
    try open(server).put("a", file: content)
    #expect(server.requests.last?.body == content)
    #expect(server.requests.last?.headers["x-amz-content-sha256"] == Digest.hex(Digest.sha256(content)))
  }

  @Test(
    arguments: [
      (error(404, "NoSuchBucket"), ErrorCode.objectStoreBucketMissing),
      (error(403, "AccessDenied"), .objectStoreAccessDenied),
      (.response(403), .objectStoreAccessDenied), (error(403, "InvalidAccessKeyId"), .objectStoreCredentials),
      (error(403, "SignatureDoesNotMatch"), .objectStoreCredentials),
      (error(400, "InvalidToken"), .objectStoreCredentials),
      (error(400, "ExpiredToken"), .objectStoreTokenExpired), (error(403, "RequestTimeTooSkewed"), .objectStoreClock),
      (error(301, "PermanentRedirect", "<Endpoint>b.s3.eu-west-1.amazonaws.com</Endpoint>"), .objectStoreRegion),
      (.response(301, headers: ["x-amz-bucket-region": "eu-west-1"]), .objectStoreRegion),
      (error(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"), .objectStoreRegion),
      (error(400, "AuthorizationHeaderMalformed"), .objectStoreCredentials),
      (error(307, "TemporaryRedirect", "<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>"), .objectStoreRegion),
      (.response(302, headers: ["Location": "https://login.example.com/?x"]), .objectStoreRegion),
      (
        .response(200, headers: ["Content-Type": "text/html", "ETag": "x"], body: "<html>Welcome</html>"),
        .objectStoreNotS3
      ),
      (.response(200), .objectStoreNotS3), (.response(200, body: "{}"), .objectStoreNotS3),
      (.response(404, headers: ["Content-Type": "text/html"], body: "<html>Not here"), .objectStoreNotS3),
      (.response(401, headers: ["Content-Type": "application/json"], body: "{\"error\": 1}"), .objectStoreNotS3),
      (error(400, "KMS.DisabledException"), .objectStoreRefused), (error(501, "NotImplemented"), .objectStoreRefused),
      (error(400, "InvalidStorageClass"), .objectStoreRefused),
    ] as [(Answer, ErrorCode)])
  func whatNeverPassesIsNamedAtOnce(_ answer: Answer, _ code: ErrorCode) throws {
    let server = try server([answer])
    let store = try open(server)
    let error = failure { try store.put("a", "hello") }
    #expect(error?.code == code)
    #expect(error?.code.failureClass == .fatal)
    #expect(server.requests.count == 4)
    #expect(error?.description.contains("SECRET") == false)
  }

  @Test func messagesSayWhereTheBucketIs() throws {
    let region = try server([.response(301, headers: ["x-amz-bucket-region": "eu-west-1"])])
    let inRegion = try open(region)
    #expect(failure { try inRegion.put("a", "x") }?.message.hasSuffix("the bucket is in eu-west-1") == true)
    let login = try server([.response(302, headers: ["Location": "https://login.example.com/?x"])])
    let behindLogin = try open(login)
    #expect(failure { try behindLogin.put("a", "x") }?.message.hasSuffix("https://login.example.com") == true)
    let skewed = try server([Self.error(403, "RequestTimeTooSkewed")])
    let late = try open(skewed)
    #expect(failure { try late.put("a", "x") }?.message.contains("this machine says 20") == true)
  }

  @Test(arguments: [
    Answer.response(200, headers: ["Content-Type": "text/html"], body: "<html><body>MinIO Console"),
    .response(200, body: "ok"),
  ])
  func openFindsOutThatTheEndpointIsAnotherThing(_ answer: Answer) throws {
    let server = try ScriptedServer([answer])
    #expect(failure { _ = try open(server) }?.code == .objectStoreNotS3)
  }

  @Test func whoMayNotListMayWrite() throws {
    let server = try ScriptedServer([
      Self.error(403, "AccessDenied"), Self.opening[1], Self.opening[2], Self.stored, Self.error(403, "AccessDenied"),
    ])
    let store = try open(server)
    try store.put("a", "x")
    try store.removeUploads(under: "") { _ in true }
    #expect(server.requests.map(\.method) == ["GET", "POST", "DELETE", "PUT", "GET"])
  }

  @Test func aPortWhereNobodyListensIsUnavailable() throws {
    var settings = Stores.settings("http://127.0.0.1:\(try FreePort.next())", "bucket")
    settings.retries.count = 1
    let error = failure { try S3Store(settings, environment: [:]).open(prefix: "") }
    #expect(error?.code == .objectStoreUnavailable)
  }

  @Test func silenceEnds() throws {
    let server = try server([.silence, Self.stored])
    try open(server) { $0.stallTimeout = .seconds(1) }.put("a", "hello")
    #expect(server.requests.count == 5)
  }

  @Test func aStopEndsExchangesAndWaits() throws {
    let silent = try server([.silence])
    let stop = StopFlag()
    let store = try open(silent, stop: stop)
    Thread.detachNewThread {
      _ = try? eventually { silent.requests.count == 4 }
      stop.raise()
    }
    #expect(failure { try store.put("a", "hello") }?.code == .objectStoreUnavailable)
    let busy = try server([Self.error(503, "SlowDown")])
    let other = StopFlag()
    let waiting = try open(busy, stop: other) {
      $0.retries = S3RetryPolicy(count: 3, first: .seconds(24 * 3600))
    }
    Thread.detachNewThread {
      _ = try? eventually { busy.requests.count == 4 }
      other.raise()
    }
    #expect(failure { try waiting.put("a", "hello") }?.code == .objectStoreUnavailable)
  }

  @Test func aFailedPartGivesTheUploadUp() throws {
    let server = try ScriptedServer { request, number in
      if number < 3 { return Self.opening[number] }
      if request.method == "POST" { return Self.opening[1] }
      if request.method == "DELETE" { return .response(204) }
      return request.target.contains("partNumber=2") ? Self.error(400, "EntityTooSmall") : Self.stored
    }
    let store = try open(server) { $0.partSize = 4 }
    #expect(failure { try store.put("a", "hello world") }?.code == .objectStoreRefused)
    #expect(server.requests.dropFirst(3).map(\.method) == ["POST", "PUT", "PUT", "DELETE"])
    #expect(server.requests.last?.target == "/bucket/a?uploadId=u")
  }

  @Test func aLostUploadStartsAgain() throws {
    let done = Answer.response(200, body: "<CompleteMultipartUploadResult/>")
    let completions = Counter()
    let server = try ScriptedServer { request, number in
      if number < 3 { return Self.opening[number] }
      switch request.method {
      case "POST" where request.target.hasSuffix("uploads="): return Self.opening[1]
      case "POST":
        return [Answer.cut, Self.error(404, "NoSuchUpload"), Self.error(200, "InternalError"), done][
          min(3, completions.next())]
      case "DELETE": return .response(204)
      default: return Self.stored
      }
    }
    try open(server) { $0.partSize = 6 }.put("a", "hello world")
    let parts = server.requests.filter { $0.method == "PUT" }
    #expect(parts.map(\.text) == ["hello ", "world", "hello ", "world"])
    #expect(
      server.requests.last?.text.contains("<Part><PartNumber>2</PartNumber><ETag>&quot;e&quot;</ETag></Part>") == true)
  }

  @Test func aFileThatIsTooShortIsNamed() throws {
    let server = try server([Self.stored])
    let store = try open(server)
    let path = NSTemporaryDirectory() + "martinet-short-\(UUID().uuidString)"
    defer { unlink(path) }
    try Data("short".utf8).write(to: URL(fileURLWithPath: path))
    let file = Foundation.open(path, O_RDONLY)
    defer { Foundation.close(file) }
    #expect(failure { try store.put("a", .file(descriptor: file, count: 10), ObjectOptions()) }?.code == .objectContent)
    #expect(failure { try store.put("a", .file(descriptor: -1, count: 10), ObjectOptions()) }?.code == .objectContent)
    #expect(server.requests.count == 3)
  }

  @Test func taggingErrorsAreIgnoredUnlessAskedFor() throws {
    let options = ObjectOptions(tags: [ObjectTag("a", "b")])
    let server = try server([Self.stored, Self.error(403, "AccessDenied")])
    try open(server).put("a", Array("x".utf8), options)
    #expect(server.requests.last?.target == "/bucket/a?tagging=")
    // S3 takes tags with a digest alone.
    #expect(server.requests.last?.headers["content-md5"] == "jqzPL3CP1xqTN8blcrX3gg==")
    #expect(server.requests.dropLast().allSatisfy { $0.headers["content-md5"] == nil })
    let strict = try self.server([Self.stored, Self.error(403, "AccessDenied")])
    let store = try open(strict) { $0.object.ignoresTaggingErrors = false }
    #expect(failure { try store.put("a", Array("x".utf8), options) }?.code == .objectStoreAccessDenied)
  }

  @Test func aProxyIsUsedWhereOneIsNamed() throws {
    let proxy = try ScriptedServer(Self.opening + [Self.stored])
    var settings = Stores.settings("http://s3.example.com", "bucket")
    settings.proxy = HTTPProxy(url: proxy.endpoint, user: "user", password: "pass word")
    let store = S3Store(settings, environment: [:])
    try store.open(prefix: "")
    try store.put("a", "x")
    #expect(proxy.requests.last?.target == "http://s3.example.com/bucket/a")
    #expect(proxy.requests.last?.headers["proxy-authorization"] == "Basic dXNlcjpwYXNzIHdvcmQ=")
    #expect(proxy.requests.last?.headers["host"] == "s3.example.com")
  }

  final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    func next() -> Int {
      lock.withLock {
        count += 1
        return count - 1
      }
    }
  }
}
