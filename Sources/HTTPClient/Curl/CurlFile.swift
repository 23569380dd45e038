internal import CCurl
internal import Glibc

/// A part of a file that is being sent. libcurl's callbacks get it as their context; it is used by one thread.
final class CurlFile {
  private let descriptor: Int32
  private let start: Int
  let count: Int
  private var sent = 0
  /// Why the file could not be read.
  private(set) var failure: String?

  /// Nil: the body is not in a file.
  init?(_ upload: HTTPUpload?) {
    guard case .file(let descriptor, let offset, let count) = upload else { return nil }
    self.descriptor = descriptor
    start = offset
    self.count = count
  }

  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ context: UnsafeMutableRawPointer?) -> CurlFile? {
    context.map { Unmanaged<CurlFile>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Fills `room` with the next bytes. The result is their number, 0 at the end; nil: the file can't be read.
  func read(_ room: UnsafeMutableRawBufferPointer) -> Int? {
    let wanted = min(room.count, count - sent)
    guard wanted > 0 else { return 0 }
    while true {
      let got = pread(descriptor, room.baseAddress, wanted, off_t(start + sent))
      if got < 0, errno == EINTR { continue }
      if got > 0 {
        sent += got
        return got
      }
      failure = got == 0 ? "the file is shorter than \(start + count) bytes" : String(cString: strerror(errno))
      return nil
    }
  }

  /// Goes on at `offset`: the connection broke before an answer came, and the body is sent again.
  func seek(_ offset: Int) -> Bool {
    guard (0...count).contains(offset) else { return false }
    sent = offset
    return true
  }
}

/// Gives the next bytes of the body.
func curlRead(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
  return CurlFile.from(context)?.read(room) ?? Int(CURL_READFUNC_ABORT)
}

/// Moves in the body.
func curlSeek(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
  guard origin == SEEK_SET, CurlFile.from(context)?.seek(Int(offset)) == true else { return CURL_SEEKFUNC_FAIL }
  return CURL_SEEKFUNC_OK
}
