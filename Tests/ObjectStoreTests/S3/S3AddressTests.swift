import ChangeModel
import Testing

@testable import ObjectStore

/// Hosts and paths of buckets.
@Suite struct S3AddressTests {
  private func address(_ bucket: String, _ region: String = "eu-west-1", _ change: (inout S3Settings) -> Void) throws
    -> String
  {
    var settings = S3Settings(bucket: bucket)
    change(&settings)
    let address = try S3Address(settings, region: region)
    return address.url(address.path("a b/c"), [])
  }

  @Test func hostsAndPaths() throws {
    #expect(try address("b1x") { _ in } == "https://s3.eu-west-1.amazonaws.com/b1x/a%20b/c")
    #expect(try address("b1x") { $0.isPathStyle = false } == "https://b1x.s3.eu-west-1.amazonaws.com/a%20b/c")
    #expect(try address("b.x") { $0.isPathStyle = false } == "https://s3.eu-west-1.amazonaws.com/b.x/a%20b/c")
    #expect(try address("b1x") { $0.isAccelerated = true } == "https://b1x.s3-accelerate.amazonaws.com/a%20b/c")
    #expect(try address("b1x", "cn-north-1") { _ in } == "https://s3.cn-north-1.amazonaws.com.cn/b1x/a%20b/c")
    #expect(try address("b1x") { $0.endpoint = "http://minio:9000/" } == "http://minio:9000/b1x/a%20b/c")
    #expect(try address("b1x") { $0.endpoint = "HTTP://MinIO:80" } == "http://minio/b1x/a%20b/c")
    #expect(try address("b1x") { $0.endpoint = "gw.example.com:443/s3/" } == "https://gw.example.com/s3/b1x/a%20b/c")
    #expect(try address("b1x") { $0.endpoint = "http://[::1]:9000" } == "http://[::1]:9000/b1x/a%20b/c")
    let virtual = try address("b1x") {
      $0.endpoint = "http://minio:9000"
      $0.isPathStyle = false
    }
    #expect(virtual == "http://b1x.minio:9000/a%20b/c")
  }

  @Test func theEnvironmentMayNameTheEndpoint() throws {
    let settings = S3Settings(bucket: "b1x")
    let both = ["AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_S3": "http://s3"]
    #expect(try S3Address(settings, region: "r", environment: both).host == "s3")
    #expect(try S3Address(settings, region: "r", environment: ["AWS_ENDPOINT_URL": "http://all"]).host == "all")
  }

  @Test(arguments: ["", "a/b", "a b", "ü", "a?b", String(repeating: "a", count: 256)])
  func unusableBuckets(_ bucket: String) {
    #expect(failure { _ = try S3Address(S3Settings(bucket: bucket), region: "r") }?.code == .objectStoreSettings)
  }

  @Test(arguments: [
    "ftp://x", "http://", "http://user:pass@host", "http://a b", "http://h:0", "http://h:99999", "http://h:x",
  ])
  func unusableEndpoints(_ endpoint: String) {
    var settings = S3Settings(bucket: "bucket")
    settings.endpoint = endpoint
    let error = failure { _ = try S3Address(settings, region: "r") }
    #expect(error?.code == .objectStoreSettings)
    #expect(error?.description.contains("pass") == false)
  }

  @Test func unusableRegions() {
    for region in ["", "a b", "a/b", "a.b@c"] {
      #expect(failure { _ = try S3Address(S3Settings(bucket: "bucket"), region: region) }?.code == .objectStoreSettings)
    }
  }

  @Test func customerKeysNeedTLSAndTheirLength() throws {
    let key = Digest.base64([UInt8](repeating: 7, count: 32))
    var settings = S3ObjectSettings()
    settings.encryption = .customerKey(base64: key)
    let headers = try S3ObjectHeaders(settings, isSecure: true)
    #expect(headers.part.map(\.0).contains("x-amz-server-side-encryption-customer-key-MD5"))
    #expect(headers.object.count == 3)
    #expect(failure { _ = try S3ObjectHeaders(settings, isSecure: false) }?.code == .objectStoreSettings)
    settings.encryption = .customerKey(base64: "c2hvcnQ=")
    #expect(failure { _ = try S3ObjectHeaders(settings, isSecure: true) }?.code == .objectStoreSettings)
    settings.encryption = .keyService(keyID: "arn:aws:kms:x")
    #expect(try S3ObjectHeaders(settings, isSecure: false).object.map(\.1) == ["aws:kms", "arn:aws:kms:x"])
    settings.cannedACL = "a\r\nb: c"
    #expect(failure { _ = try S3ObjectHeaders(settings, isSecure: true) }?.code == .objectStoreSettings)
  }
}
