public import HTTPClient

/// Where a bucket is and how objects get there. Its description shows no secret.
public struct S3Settings: Sendable, CustomStringConvertible {
  /// The bucket's name.
  public var bucket: String
  /// The bucket's region; nil: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, else `us-east-1`.
  public var region: String?
  /// Another server than AWS's, as `http://127.0.0.1:9000`; nil: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else AWS.
  public var endpoint: String?
  /// Whether the bucket stands in the path; else in the host's name.
  public var isPathStyle = true
  /// Whether requests go through AWS's transfer acceleration.
  public var isAccelerated = false
  /// Where the keys come from.
  public var credentials = S3Credentials.chain
  /// Objects larger than this many bytes are sent in parts of this size.
  public var partSize = 25 << 20
  /// What is said about each object.
  public var object = S3ObjectSettings()
  /// How often and after which waits a request is tried again.
  public var retries = S3RetryPolicy()
  /// How old a multipart upload must be for `open` to take it for left behind; nil: none is.
  public var staleUploadAge: Duration? = .seconds(24 * 3600)
  /// The proxy that requests to the store go through; nil: what `https_proxy` and `no_proxy` say.
  public var proxy: HTTPProxy?
  /// Certificates for `https`; nil: the system's authorities, and those of `AWS_CA_BUNDLE`.
  public var tls: TLSOptions?
  /// How long making a connection may take.
  public var connectTimeout = Duration.seconds(10)
  /// How long a connection may go without a byte moving.
  public var stallTimeout = Duration.seconds(50)

  /// The defaults for a bucket.
  public init(bucket: String) { self.bucket = bucket }

  /// `s3://BUCKET at ENDPOINT`.
  public var description: String { "s3://\(bucket) at \(endpoint ?? "AWS")" }
}

/// How often and after which waits a request is tried again: before the try n+1 a random time between nothing and
/// `first` · 2ⁿ, at most `cap` ("full jitter").
public struct S3RetryPolicy: Sendable, Hashable {
  /// Tries after the first one.
  public var count: Int
  /// The longest wait before the second try.
  public var first: Duration
  /// The longest wait before any try.
  public var cap: Duration

  /// A policy.
  public init(count: Int = 3, first: Duration = .milliseconds(200), cap: Duration = .seconds(24 * 3600)) {
    self.count = count
    self.first = first
    self.cap = cap
  }

  /// The longest wait before try `attempt` + 1, `attempt` counted from 0.
  func limit(attempt: Int) -> Duration {
    var limit = first
    for _ in 0..<min(attempt, 64) where limit < cap { limit *= 2 }
    return min(limit, cap)
  }

  /// A wait before try `attempt` + 1.
  func wait(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    limit(attempt: attempt) * Double.random(in: 0...1, using: &generator)
  }
}

/// Headers of every object that is stored.
public struct S3ObjectSettings: Sendable, Hashable {
  /// How the store encrypts an object.
  public enum Encryption: Sendable, Hashable {
    /// As the bucket says.
    case bucketDefault
    /// With the store's keys (`AES256`).
    case managed
    /// With a key of the key service, named by id or ARN; nil: the account's own key for S3 (`aws:kms`).
    case keyService(keyID: String?)
    /// With a key of 32 bytes in base64 that comes with each request; needs `https`.
    case customerKey(base64: String)
  }

  /// How the store encrypts.
  public var encryption = Encryption.bucketDefault
  /// A canned access list in the header's words, as `bucket-owner-full-control`; nil: none.
  public var cannedACL: String?
  /// A storage class, as `STANDARD_IA`; nil: the bucket's.
  public var storageClass: String?
  /// User metadata, written as `x-amz-meta-NAME`.
  public var metadata: [ObjectTag] = []
  /// Tags of every object, beside those of its own options.
  public var tags: [ObjectTag] = []
  /// Whether an object whose tags the store refuses counts as stored.
  public var ignoresTaggingErrors = true
  /// Whether a `Content-MD5` goes with each body.
  public var sendsDigest = false

  /// The bucket's own defaults.
  public init() {}
}
