internal import ChangeModel
internal import Glibc
internal import HTTPClient

extension HTTPUpload {
  /// Hashes of a body, as the headers have them.
  struct Hash {
    /// In hexadecimal.
    var sha256: String?
    /// In base64.
    var md5: String?
  }

  /// The body of an object.
  init(_ body: ObjectBody) {
    switch body {
    case .bytes(let bytes): self = .bytes(bytes)
    case .file(let descriptor, let count): self = .file(descriptor: descriptor, offset: 0, count: count)
    }
  }

  /// A part of the body.
  func slice(_ offset: Int, _ count: Int) -> HTTPUpload {
    switch self {
    case .bytes(let bytes): .bytes(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
    case .file(let descriptor, let start, _): .file(descriptor: descriptor, offset: start + offset, count: count)
    }
  }

  /// The hashes that are asked for; the body is read once.
  func hash(sha256 wantsSHA256: Bool, md5 wantsMD5: Bool, _ doing: String) throws(S3Failure) -> Hash {
    var hashes: [RunningDigest] = []
    if wantsSHA256 { hashes.append(RunningDigest(.sha256)) }
    if wantsMD5 { hashes.append(RunningDigest(.md5)) }
    guard !hashes.isEmpty else { return Hash() }
    switch self {
    case .bytes(let bytes): for hash in hashes { hash.update(bytes) }
    case .file(let descriptor, let offset, let count):
      if let problem = Self.read(descriptor, offset, count, { part in for hash in hashes { hash.update(part) } }) {
        throw S3Failure(CDCError(.objectContent, "\(doing) failed: its temporary file can't be read", cause: problem))
      }
    }
    return Hash(
      sha256: wantsSHA256 ? hashes.first.map { Digest.hex($0.finish()) } : nil,
      md5: wantsMD5 ? hashes.last.map { Digest.base64($0.finish()) } : nil)
  }

  /// Hands out a part of a file. The result says why it could not be read.
  private static func read(
    _ descriptor: Int32, _ offset: Int, _ count: Int, _ take: (UnsafeRawBufferPointer) -> Void
  ) -> String? {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(count, 1), 256 << 10), alignment: 16)
    defer { room.deallocate() }
    var done = 0
    while done < count {
      let got = pread(descriptor, room.baseAddress, min(room.count, count - done), off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      if got < 0 { return String(cString: strerror(errno)) }
      if got == 0 { return "the file is shorter than \(offset + count) bytes" }
      take(UnsafeRawBufferPointer(rebasing: room[..<got]))
      done += got
    }
    return nil
  }
}
