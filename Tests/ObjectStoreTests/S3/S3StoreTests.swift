import ChangeModel
import Flow
import Foundation
import TestSupport
import Testing

@testable import ObjectStore

/// Objects in a real S3 server that checks signatures.
@Suite(.needsPython) struct S3StoreTests {
  private func store(
    _ server: S3Server, _ bucket: String, _ change: (inout S3Settings) -> Void = { _ in }
  ) throws -> S3Store {
    var settings = Stores.settings(server.endpoint, bucket, key: server.accessKey, secret: server.secretKey)
    settings.partSize = 5 << 20
    change(&settings)
    let store = S3Store(settings, environment: [:])
    try store.open(prefix: "")
    return store
  }

  @Test func objectsAreWhatWasPut() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket)
    let names = [
      "a", "topics/t/partition=0/t+0+0000000042.avro", "sp ace/ü/雪.json", "x%2Fy~'()!*&=+$,;:@?#.bin", "a//b",
    ]
    for name in names { try store.put(name, "content of \(name)") }
    try store.put("empty", [])
    try store.put("empty file", file: [])
    try store.put("file", file: Stores.content(300_000))
    let objects = try server.objects(bucket)
    for name in names { #expect(objects[name].map { String(decoding: $0, as: UTF8.self) } == "content of \(name)") }
    #expect(objects["empty"] == [] && objects["empty file"] == [])
    #expect(objects["file"] == Stores.content(300_000))
    #expect(objects.count == names.count + 3)
    #expect(try server.uploads(bucket).isEmpty)
  }

  @Test func largeObjectsGoInParts() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket) { $0.object.sendsDigest = true }
    let content = Stores.content((11 << 20) + 17)
    try store.put("from a file", file: content)
    try store.put("from memory", Array(content.prefix((5 << 20) + 1)))
    try store.put("one part", Array(content.prefix(5 << 20)))
    let objects = try server.objects(bucket)
    #expect(objects["from a file"] == content)
    #expect(objects["from memory"] == Array(content.prefix((5 << 20) + 1)))
    let tags = try server.run(
      "for k in ['from a file', 'from memory', 'one part']: print(s3.head_object(Bucket=bucket, Key=k)['ETag'])",
      bucket: bucket
    ).split(separator: "\n")
    #expect(tags[0].hasSuffix("-3\"") && tags[1].hasSuffix("-2\"") && !tags[2].contains("-"))
    #expect(try server.uploads(bucket).isEmpty)
  }

  @Test func anObjectThatExistsIsLeftAsItIs() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket)
    let large = Stores.content((5 << 20) + 5)
    let once = ObjectOptions(ifNoneMatch: true)
    try store.put("small", "first", once)
    try store.put("small", "second", once)
    try store.put("large", large, once)
    try store.put("large", Array(large.reversed()), once)
    try store.put("small to large", "first", once)
    try store.put("small to large", large, once)
    try store.put("replaced", "first")
    try store.put("replaced", "second")
    let objects = try server.objects(bucket)
    #expect(objects["small"] == Array("first".utf8))
    #expect(objects["large"] == large)
    #expect(objects["small to large"] == Array("first".utf8))
    #expect(objects["replaced"] == Array("second".utf8))
    #expect(try server.uploads(bucket).isEmpty)
  }

  @Test func headersReachTheObject() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket) {
      $0.object.encryption = .managed
      $0.object.storageClass = "STANDARD_IA"
      $0.object.cannedACL = "public-read"
      $0.object.metadata = [ObjectTag("Origin", "martinet  test")]
      $0.object.tags = [ObjectTag("team", "a + b")]
      $0.object.ignoresTaggingErrors = false
    }
    let options = ObjectOptions(
      contentType: "application/json", contentEncoding: "gzip", tags: [ObjectTag("startOffset", "42")])
    try store.put("small", "x", options)
    try store.put("large", Stores.content((5 << 20) + 1), options)
    let text = try server.run(
      """
      for key in ("small", "large"):
          h = s3.head_object(Bucket=bucket, Key=key)
          t = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
          g = s3.get_object_acl(Bucket=bucket, Key=key)["Grants"]
          print(h["ContentType"], h["ContentEncoding"], h["ServerSideEncryption"], h["StorageClass"], h["Metadata"],
                sorted((x["Key"], x["Value"]) for x in t), any("AllUsers" in x["Grantee"].get("URI", "") for x in g))
      """, bucket: bucket)
    let expected =
      "application/json gzip AES256 STANDARD_IA {'origin': 'martinet  test'} "
      + "[('startOffset', '42'), ('team', 'a + b')] True"
    #expect(text == expected + "\n" + expected)
  }

  @Test func unfinishedUploadsAreGivenUp() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    try server.run(
      """
      for key in ("topics/t/a b+0+1", "topics/t/t+1+1", "topics/u/u+0+1", "other/t+0+1", "topics/.martinet-probe"):
          u = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
          s3.upload_part(Bucket=bucket, Key=key, UploadId=u, PartNumber=1, Body=b"x")
      """, bucket: bucket)
    // The server dates all uploads on 2010-11-10T20:48:33Z.
    func open(after seconds: Int64, _ age: Duration?) throws -> S3Store {
      var settings = Stores.settings(server.endpoint, bucket, key: server.accessKey, secret: server.secretKey)
      settings.staleUploadAge = age
      let store = S3Store(settings, environment: [:], stop: StopFlag(), now: { 1_289_422_113 + seconds })
      try store.open(prefix: "topics/")
      return store
    }
    let store = try open(after: 3500, .seconds(3600))
    // Others may be at work on the young ones; probes are always left over.
    #expect(
      try Set(server.uploads(bucket)) == ["topics/t/t+1+1", "topics/t/a b+0+1", "topics/u/u+0+1", "other/t+0+1"])
    try store.removeUploads(under: "topics/t/") { $0.contains("+0+") }
    #expect(try Set(server.uploads(bucket)) == ["topics/t/t+1+1", "topics/u/u+0+1", "other/t+0+1"])
    _ = try open(after: 100_000_000, nil)
    #expect(try server.uploads(bucket).count == 3)
    _ = try open(after: 3700, .seconds(3600))
    #expect(try server.uploads(bucket) == ["other/t+0+1"])
  }

  @Test func manyUnfinishedUploadsAreGivenUp() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    try server.run("for i in range(30): s3.create_multipart_upload(Bucket=bucket, Key=f'p/{i} x')", bucket: bucket)
    let store = try store(server, bucket)
    try store.removeUploads(under: "p/") { _ in true }
    #expect(try server.uploads(bucket).isEmpty)
  }

  @Test func wrongKeysAndBucketsAreNamed() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let secret = failure {
      _ = try store(server, bucket) { $0.credentials = .keys(id: server.accessKey, secret: "no") }
    }
    #expect(secret?.code == .objectStoreCredentials)
    #expect(secret?.message.contains("SignatureDoesNotMatch") == true)
    let id = failure { _ = try store(server, bucket) { $0.credentials = .keys(id: "AKIANOBODY", secret: "s3cr3t") } }
    #expect(id?.code == .objectStoreCredentials)
    #expect(id?.description.contains("s3cr3t") == false)
    let missing = failure { _ = try store(server, "no-such-bucket") }
    #expect(missing?.code == .objectStoreBucketMissing)
    #expect(missing?.message.contains("s3://no-such-bucket at 127.0.0.1") == true)
  }

  @Test func aBucketThatGoesAwayIsNamed() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket)
    try server.run("s3.delete_bucket(Bucket=bucket)", bucket: bucket)
    #expect(failure { try store.put("a", "x") }?.code == .objectStoreBucketMissing)
    #expect(failure { try store.put("a", Stores.content((5 << 20) + 1)) }?.code == .objectStoreBucketMissing)
  }

  @Test func namesAndStatesAreChecked() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket)
    #expect(failure { try store.put("../a", "x") }?.code == .objectName)
    store.close()
    #expect(failure { try store.put("a", "x") }?.code == .objectStoreUnavailable)
    try store.open(prefix: "")
    try store.put("a", "x")
    #expect(try server.objects(bucket).keys.sorted() == ["a"])
  }

  @Test func theBucketMayStandInTheHost() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let store = try store(server, bucket) {
      $0.endpoint = "http://localhost:\(server.port)"
      $0.isPathStyle = false
    }
    try store.put("in host/ü", "x")
    #expect(try server.objects(bucket).keys.sorted() == ["in host/ü"])
  }

  /// Over TLS the body is not signed, and a key for the encryption may come with the request.
  @Test func storesOverTLS() throws {
    let certificates = try TestCertificates()
    let server = try S3Server(certificates: certificates)
    let bucket = try server.makeBucket()
    var settings = Stores.settings(server.endpoint, bucket, key: server.accessKey, secret: server.secretKey)
    settings.partSize = 5 << 20
    let store = S3Store(settings, environment: ["AWS_CA_BUNDLE": certificates.authority])
    try store.open(prefix: "")
    let large = Stores.content((5 << 20) + 1)
    try store.put("small", "x")
    try store.put("large", file: large)
    #expect(try server.objects(bucket) == ["small": Array("x".utf8), "large": large])
    let unknown = failure { try S3Store(settings, environment: [:]).open(prefix: "") }
    #expect(unknown?.code == .objectStoreTLS)
    settings.endpoint = server.endpoint.replacing("https:", with: "http:")
    settings.retries.count = 0
    #expect(failure { try S3Store(settings, environment: [:]).open(prefix: "") }?.code == .objectStoreUnavailable)
  }

  @Test func rolesAreTaken() throws {
    let server = try Servers.s3()
    let bucket = try server.makeBucket()
    let byRole = try store(server, bucket) {
      $0.credentials = .role(
        S3Role(arn: server.role, externalID: "x", endpoint: server.endpoint),
        with: .keys(id: server.accessKey, secret: server.secretKey))
    }
    try byRole.put("by role", "x")
    #expect(try server.objects(bucket).keys.sorted() == ["by role"])
  }

  /// With a server that takes the unsigned request for the role.
  @Test func webIdentitiesAreTaken() throws {
    let server = try S3Server(checksSignatures: false)
    let bucket = try server.makeBucket()
    let folder = try TemporaryFolder("aws")
    let token = try folder.write("eyJhbGciOiJub25lIn0.e30.\n", to: "token")
    var settings = Stores.settings(server.endpoint, bucket)
    settings.credentials = .chain
    let environment = [
      "AWS_ENDPOINT_URL_STS": server.endpoint, "AWS_ROLE_ARN": server.role, "AWS_WEB_IDENTITY_TOKEN_FILE": token,
    ]
    let store = S3Store(settings, environment: environment)
    try store.open(prefix: "")
    try store.put("by identity", "x")
    #expect(try server.objects(bucket).keys.sorted() == ["by identity"])
    settings.credentials = .anonymous
    let anonymous = S3Store(settings, environment: [:])
    try anonymous.open(prefix: "")
    try anonymous.put("by nobody", "x")
    #expect(try server.objects(bucket).keys.sorted() == ["by identity", "by nobody"])
  }
}
