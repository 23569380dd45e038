/// Reads requests from a connection's bytes: a state machine without a socket.
struct RequestParser {
  enum Step {
    /// The bytes so far are not a whole request.
    case needsMore
    /// The client waits for a word before it sends the body; then there may be more.
    case sendContinue
    /// A whole request, without the peer.
    case request(RequestHead, HTTPServerRequest)
    /// The request can't be read; the connection has to be closed after the answer. The head is known if it was read.
    case failed(RequestError, isHead: Bool)
  }

  private enum State {
    case head
    case length(RequestHead, remaining: Int)
    case chunks(RequestHead, ChunkDecoder)
    case broken
  }

  private let headLimit: Int
  private let bodyLimit: Int
  private var state = State.head
  private var input: [UInt8] = []
  private var consumed = 0
  private var scanned = 0
  private var body: [UInt8] = []

  init(headLimit: Int, bodyLimit: Int) {
    self.headLimit = headLimit
    self.bodyLimit = bodyLimit
  }

  /// Whether a request has begun and is not whole yet.
  var isInsideRequest: Bool {
    if case .head = state { return consumed < input.count }
    return true
  }

  /// Takes bytes of the connection.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if consumed > 0, consumed == input.count || consumed > 64 << 10 {
      input.removeFirst(consumed)
      scanned -= consumed
      consumed = 0
    }
    input.append(contentsOf: bytes)
  }

  /// The next step; called again until it needs more bytes.
  mutating func next() -> Step {
    do throws(RequestError) {
      switch state {
      case .head: return try readHead()
      case .length(let head, let remaining): return try readLength(head, remaining)
      case .chunks(let head, let decoder): return try readChunks(head, decoder)
      case .broken: return .needsMore
      }
    } catch {
      let isHead = if case .head = state { startsWithHead } else { false }
      state = .broken
      return .failed(error, isHead: isHead)
    }
  }

  private var startsWithHead: Bool { input[consumed...].starts(with: "HEAD ".utf8) }

  // MARK: Head

  private mutating func readHead() throws(RequestError) -> Step {
    skipEmptyLines()
    guard let end = findHeadEnd() else {
      guard input.count - consumed <= headLimit else { throw headTooLarge }
      return .needsMore
    }
    guard end - consumed <= headLimit else { throw headTooLarge }
    let head = try RequestHead(lines: lines(until: end), bodyLimit: bodyLimit)
    consumed = end
    scanned = end
    body = []
    switch head.body {
    case .none: return try finish(head)
    case .length(let length):
      body.reserveCapacity(length)
      state = .length(head, remaining: length)
    case .chunked: state = .chunks(head, ChunkDecoder())
    }
    return head.expectsContinue && consumed == input.count ? .sendContinue : next()
  }

  private var headTooLarge: RequestError {
    RequestError(431, "the request's line and headers are larger than \(headLimit) bytes")
  }

  /// Empty lines before a request are passed over, as RFC 9112 asks for.
  private mutating func skipEmptyLines() {
    while consumed < input.count, input[consumed] == ASCII.carriageReturn || input[consumed] == ASCII.lineFeed {
      consumed += 1
    }
    scanned = max(scanned, consumed)
  }

  /// Where the bytes behind the head's empty line begin.
  private mutating func findHeadEnd() -> Int? {
    var at = scanned
    while at < input.count {
      if input[at] == ASCII.lineFeed {
        if at + 1 < input.count, input[at + 1] == ASCII.lineFeed { return at + 2 }
        if at + 2 < input.count, input[at + 1] == ASCII.carriageReturn, input[at + 2] == ASCII.lineFeed {
          return at + 3
        }
        // The rest of the empty line is still to come.
        if at + 2 >= input.count { break }
      }
      at += 1
    }
    scanned = at
    return nil
  }

  private func lines(until end: Int) -> [ArraySlice<UInt8>] {
    input[consumed..<end].split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
      .map { $0.last == ASCII.carriageReturn ? $0.dropLast() : $0 }
      .filter { !$0.isEmpty }
  }

  // MARK: Body

  private mutating func readLength(_ head: RequestHead, _ remaining: Int) throws(RequestError) -> Step {
    let count = min(remaining, input.count - consumed)
    body.append(contentsOf: input[consumed..<(consumed + count)])
    consumed += count
    guard count == remaining else {
      state = .length(head, remaining: remaining - count)
      return .needsMore
    }
    return try finish(head)
  }

  private mutating func readChunks(_ head: RequestHead, _ decoder: ChunkDecoder) throws(RequestError) -> Step {
    var decoder = decoder
    let isWhole = try decoder.decode(input, &consumed, into: &body, limit: bodyLimit)
    guard isWhole else {
      state = .chunks(head, decoder)
      return .needsMore
    }
    return try finish(head)
  }

  private mutating func finish(_ head: RequestHead) throws(RequestError) -> Step {
    let target = try RequestTarget(head.target)
    scanned = consumed
    state = .head
    let request = HTTPServerRequest(
      method: head.method, path: target.path, rawPath: target.rawPath, segments: target.segments, query: target.query,
      headers: head.headers, body: body)
    body = []
    return .request(head, request)
  }
}
