internal import ChangeModel

/// Where a bucket's objects are: host and path of a request
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
struct S3Address {
  /// An `http` or `https` address taken apart.
  struct Parts: Equatable {
    var scheme: String
    /// The host with its port, where that is not the scheme's own.
    var host: String
    /// The host alone.
    var name: String
    /// The path without a slash at its end.
    var path: String

    /// Nil: the text is no address of this kind, or has a user in it.
    init?(_ text: String) {
      guard let colon = text.firstRange(of: "://") else { return nil }
      scheme = text[..<colon.lowerBound].lowercased()
      guard scheme == "http" || scheme == "https" else { return nil }
      let rest = text[colon.upperBound...].prefix { $0 != "?" && $0 != "#" }
      let authority = rest.prefix { $0 != "/" }
      guard !authority.isEmpty, !authority.contains("@"), !authority.contains(where: \.isWhitespace) else { return nil }
      path = String(rest[authority.endIndex...])
      while path.hasSuffix("/") { path.removeLast() }
      let hostEnd = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : authority.startIndex
      guard let hostEnd else { return nil }
      let portMark = authority[hostEnd...].lastIndex(of: ":")
      name = authority[..<(portMark ?? authority.endIndex)].lowercased()
      host = name
      guard !name.isEmpty else { return nil }
      if let portMark {
        guard let port = Int(authority[authority.index(after: portMark)...]), (1...65535).contains(port) else {
          return nil
        }
        if port != (scheme == "http" ? 80 : 443) { host += ":\(port)" }
      }
    }
  }

  private var parts: Parts
  private let bucket: String
  private let isPathStyle: Bool

  init(_ settings: S3Settings, region: String, environment: [String: String] = [:]) throws(CDCError) {
    bucket = settings.bucket
    let allowed = bucket.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains($0)
    }
    guard allowed, (1...255).contains(bucket.utf8.count) else {
      throw CDCError(.objectStoreSettings, "The bucket's name \"\(bucket)\" can't be one")
    }
    guard !region.isEmpty, region.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x7A).contains($0) && $0 != 0x3A }) else {
      throw CDCError(.objectStoreSettings, "The region \"\(region)\" can't be one")
    }
    let named = [settings.endpoint, environment["AWS_ENDPOINT_URL_S3"], environment["AWS_ENDPOINT_URL"]]
    let endpoint = named.compactMap { $0 }.first { !$0.isEmpty }
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    let isAWS = endpoint == nil
    let text = endpoint ?? (settings.isAccelerated ? "s3-accelerate.\(domain)" : "s3.\(region).\(domain)")
    guard let parts = Parts(text.contains("://") ? text : "https://" + text) else {
      throw CDCError(.objectStoreSettings, "The endpoint \"\(Self.withoutUser(text))\" is not an http or https address")
    }
    // A certificate for *.HOST does not hold for a bucket with dots in its name.
    let needsPath = bucket.contains(".") && parts.scheme == "https"
    isPathStyle = needsPath || (settings.isPathStyle && !(isAWS && settings.isAccelerated))
    self.parts = parts
    if !isPathStyle {
      self.parts.host = "\(bucket).\(parts.host)"
      self.parts.name = "\(bucket).\(parts.name)"
    }
  }

  /// The value of `Host`.
  var host: String { parts.host }

  /// Whether nobody on the way can read or change what is sent.
  var isSecure: Bool { parts.scheme == "https" }

  /// The encoded path of an object, or of the bucket.
  func path(_ key: String?) -> String {
    let bucketPart = isPathStyle ? "/" + URIText.encodedPath(bucket) : ""
    let objectPart = key.map { "/" + URIText.encodedPath($0) } ?? (isPathStyle ? "" : "/")
    return parts.path + bucketPart + objectPart
  }

  /// The address of a request.
  func url(_ path: String, _ query: [(String, String)]) -> String {
    "\(parts.scheme)://\(parts.host)\(path)" + (query.isEmpty ? "" : "?" + URIText.query(query))
  }

  /// For messages: `s3://BUCKET at HOST`.
  var place: String { "s3://\(bucket) at \(parts.host)" }

  private static func withoutUser(_ text: String) -> Substring {
    text.lastIndex(of: "@").map { text[text.index(after: $0)...] } ?? text[...]
  }
}
