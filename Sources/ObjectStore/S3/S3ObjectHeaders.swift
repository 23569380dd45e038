internal import ChangeModel

/// The headers of objects, worked out once.
struct S3ObjectHeaders {
  /// For the request that names the object: one PUT, or the beginning of a multipart upload.
  let object: [(String, String)]
  /// For each request with a body, where the key of the encryption comes with it.
  let part: [(String, String)]

  init(_ settings: S3ObjectSettings, isSecure: Bool) throws(CDCError) {
    var headers: [(String, String)] = []
    var key: [(String, String)] = []
    switch settings.encryption {
    case .bucketDefault: break
    case .managed: headers.append(("x-amz-server-side-encryption", "AES256"))
    case .keyService(let id):
      headers.append(("x-amz-server-side-encryption", "aws:kms"))
      if let id { headers.append(("x-amz-server-side-encryption-aws-kms-key-id", id)) }
    case .customerKey(let base64):
      key = try Self.customerKey(base64, isSecure: isSecure)
    }
    if let acl = settings.cannedACL { headers.append(("x-amz-acl", acl)) }
    if let storageClass = settings.storageClass { headers.append(("x-amz-storage-class", storageClass)) }
    for item in settings.metadata { headers.append(("x-amz-meta-" + item.name.lowercased(), item.value)) }
    guard headers.allSatisfy({ Self.isText($0.0) && Self.isText($0.1) }) else {
      throw CDCError(.objectStoreSettings, "A header of the objects has characters that no header may have")
    }
    object = headers + key
    part = key
  }

  private static func customerKey(_ base64: String, isSecure: Bool) throws(CDCError) -> [(String, String)] {
    guard let bytes = Digest.bytes(base64: base64), bytes.count == 32 else {
      throw CDCError(.objectStoreSettings, "The customer's key for encryption is not 32 bytes in base64")
    }
    guard isSecure else {
      throw CDCError(.objectStoreSettings, "A customer's key for encryption needs an https endpoint")
    }
    let hash = RunningDigest(.md5)
    bytes.withUnsafeBytes { hash.update($0) }
    let prefix = "x-amz-server-side-encryption-customer-"
    return [
      (prefix + "algorithm", "AES256"), (prefix + "key", base64), (prefix + "key-MD5", Digest.base64(hash.finish())),
    ]
  }

  private static func isText(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }

  /// Tags as XML.
  static func tagging(_ tags: [ObjectTag]) -> [UInt8] {
    let items = tags.map {
      "<Tag><Key>\(XMLElement.escaped($0.name))</Key><Value>\(XMLElement.escaped($0.value))</Value></Tag>"
    }
    return Array("<Tagging><TagSet>\(items.joined())</TagSet></Tagging>".utf8)
  }
}
