/// Reads a chunked body (RFC 9112, 7.1).
struct ChunkDecoder {
  private enum State {
    case size
    case data(remaining: Int)
    case dataEnd
    case trailer
  }

  private static let lineLimit = 8 << 10
  private var state = State.size
  private var trailerBytes = 0

  /// Decodes what is there from `at` on. True: the body is whole.
  mutating func decode(
    _ input: [UInt8], _ at: inout Int, into body: inout [UInt8], limit: Int
  ) throws(RequestError) -> Bool {
    while true {
      switch state {
      case .size:
        guard let line = try line(input, &at) else { return false }
        let size = try size(line, limit)
        guard body.count + size <= limit else { throw .bodyTooLarge(limit) }
        state = size == 0 ? .trailer : .data(remaining: size)
      case .data(let remaining):
        let count = min(remaining, input.count - at)
        body.append(contentsOf: input[at..<(at + count)])
        at += count
        guard count == remaining else {
          state = .data(remaining: remaining - count)
          return false
        }
        state = .dataEnd
      case .dataEnd:
        guard let line = try line(input, &at) else { return false }
        guard line.isEmpty else { throw malformed }
        state = .size
      case .trailer:
        guard let line = try line(input, &at) else { return false }
        if line.isEmpty { return true }
        trailerBytes += line.count
        guard trailerBytes <= Self.lineLimit else { throw malformed }
      }
    }
  }

  private var malformed: RequestError { RequestError(400, "the chunked body is malformed") }

  private func line(_ input: [UInt8], _ at: inout Int) throws(RequestError) -> ArraySlice<UInt8>? {
    guard let end = input[at...].prefix(Self.lineLimit).firstIndex(of: ASCII.lineFeed) else {
      guard input.count - at < Self.lineLimit else { throw malformed }
      return nil
    }
    let line = input[at..<end]
    at = end + 1
    return line.last == ASCII.carriageReturn ? line.dropLast() : line
  }

  /// The size, before any extension.
  private func size(_ line: ArraySlice<UInt8>, _ limit: Int) throws(RequestError) -> Int {
    let digits = ASCII.trimmed(line.prefix { $0 != UInt8(ascii: ";") })
    guard !digits.isEmpty else { throw malformed }
    var size = 0
    for digit in digits {
      guard let value = ASCII.hexValue(digit) else { throw malformed }
      guard size <= limit else { throw .bodyTooLarge(limit) }
      size = size << 4 | Int(value)
    }
    return size
  }
}
