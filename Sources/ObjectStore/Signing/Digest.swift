internal import COpenSSL

/// Hashes by OpenSSL.
enum Digest {
  /// SHA-256 of no bytes, in hexadecimal.
  static let emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  /// SHA-256.
  static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let hash = RunningDigest(.sha256)
    Array(bytes).withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  /// HMAC with SHA-256 (RFC 2104).
  static func hmac(key: [UInt8], _ text: some Sequence<UInt8>) -> [UInt8] {
    let text = Array(text)
    var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    HMAC(EVP_sha256(), key, Int32(key.count), text, text.count, &result, &length)
    return Array(result.prefix(Int(length)))
  }

  /// Bytes as small hexadecimal digits.
  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Bytes in base64 (RFC 4648, section 4).
  static func base64(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let length = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.prefix(Int(length)), as: UTF8.self)
  }

  /// The bytes of a base64 text; nil: it is none.
  static func bytes(base64 text: String) -> [UInt8]? {
    let text = Array(text.utf8)
    guard !text.isEmpty, text.count.isMultiple(of: 4) else { return nil }
    var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
    let length = EVP_DecodeBlock(&bytes, text, Int32(text.count))
    guard length >= 0 else { return nil }
    // The decoder counts padding as bytes.
    return Array(bytes.prefix(Int(length) - text.suffix(2).count { $0 == UInt8(ascii: "=") }))
  }
}

/// A hash that grows with what is put into it.
final class RunningDigest {
  enum Algorithm { case sha256, md5 }

  private let context = EVP_MD_CTX_new()
  private var isUsable = false

  init(_ algorithm: Algorithm) {
    isUsable = EVP_DigestInit_ex(context, algorithm == .sha256 ? EVP_sha256() : EVP_md5(), nil) == 1
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    isUsable = isUsable && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
  }

  /// The hash; empty where the library refuses the algorithm.
  func finish() -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard isUsable, EVP_DigestFinal_ex(context, &result, &length) == 1 else { return [] }
    return Array(result.prefix(Int(length)))
  }
}
