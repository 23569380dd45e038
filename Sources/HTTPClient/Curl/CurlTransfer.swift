internal import CCurl

/// What one exchange gathers. libcurl's callbacks get it as their context; it is used by one thread.
final class CurlTransfer {
  private let bodyLimit: Int
  private let isWanted: (() -> Bool)?
  private let chunk: ((UnsafeRawBufferPointer) -> Bool)?
  private(set) var response = HTTPResponse(status: 0)
  /// Why a callback ended the exchange.
  private(set) var ending: HTTPError.Kind?

  init(
    bodyLimit: Int, isWanted: (() -> Bool)? = nil, chunk: ((UnsafeRawBufferPointer) -> Bool)? = nil
  ) {
    self.bodyLimit = bodyLimit
    self.isWanted = isWanted
    self.chunk = chunk
  }

  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// A line of the answer's head. A new status line (after 100 Continue) begins a new head.
  func head(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      response.headers = []
      response.status = text.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
    } else if let colon = text.firstIndex(of: ":") {
      response.headers.append((Self.trimmed(text[..<colon]), Self.trimmed(text[text.index(after: colon)...])))
    }
  }

  /// The next bytes of the body. False ends the exchange.
  func body(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let chunk, response.isSuccess {
      if chunk(bytes) { return true }
      ending = .cancelled
      return false
    }
    guard response.body.count + bytes.count <= bodyLimit else {
      ending = .tooLarge
      return false
    }
    response.body.append(contentsOf: bytes)
    return true
  }

  /// Whether the exchange goes on while nothing comes.
  func goesOn() -> Bool {
    guard let isWanted, !isWanted() else { return true }
    ending = .cancelled
    return false
  }

  /// Why the exchange was ended, for the error.
  var endingReason: String {
    ending == .tooLarge ? "the body is larger than \(bodyLimit) bytes" : "ended by the caller"
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

/// Takes a part of the body; less than `count` as result ends the exchange.
func curlBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
  guard let transfer = CurlTransfer.from(context), transfer.body(part) else { return Int(CURL_WRITEFUNC_ERROR) }
  return size * count
}

/// Takes a line of the head.
func curlHead(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  CurlTransfer.from(context)?.head(UnsafeRawBufferPointer(start: bytes, count: size * count))
  return size * count
}

/// Asked about once a second, and after each step; not zero ends the exchange.
func curlProgress(
  _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
  CurlTransfer.from(context)?.goesOn() == false ? 1 : 0
}
