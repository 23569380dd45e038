import Testing

@testable import HTTPServer

@Suite struct HTTPServerParserTests {
  /// What a parser says to bytes that arrive in pieces.
  private func outcome(_ pieces: [ArraySlice<UInt8>]) -> [String] {
    var parser = RequestParser(headLimit: 4096, bodyLimit: 100)
    var said: [String] = []
    for piece in pieces {
      piece.withUnsafeBytes { parser.append($0) }
      steps: while true {
        switch parser.next() {
        case .needsMore: break steps
        case .sendContinue: continue
        case .request(let head, let request):
          let headers = request.headers.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
          said.append(
            "\(request.method) \(request.path) \(request.query) \(headers) \(String(decoding: request.body, as: UTF8.self))"
              + " \(head.keepsAlive)")
        case .failed(let error, _):
          said.append("\(error.status)")
          return said
        }
      }
    }
    return said
  }

  private static let texts = [
    "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\nHost: y\nConnection: close\n\n",
    "\r\n\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n00a\r\n0123456789\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    "GET http://host:1/p?q HTTP/1.1\r\nHost: x\r\nA:  \tb \t\r\nA: c\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
    "GET /%C3%28 HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nX",
    "GET / HTTP/1.1\r\nHost: x\r\nA\u{1}: b\r\n\r\n", "GET /ä HTTP/1.1\r\nHost: x\r\n\r\n",
  ]

  @Test(arguments: texts) func anyCutOfTheBytesSaysTheSame(text: String) {
    let bytes = Array(text.utf8)
    let whole = outcome([bytes[...]])
    #expect(!whole.isEmpty)
    #expect(outcome(bytes.indices.map { bytes[$0..<($0 + 1)] }) == whole)
    for cut in bytes.indices { #expect(outcome([bytes[..<cut], bytes[cut...]]) == whole) }
  }

  @Test func readsWhatWasMeant() {
    #expect(
      outcome([Array(Self.texts[0].utf8)[...]]) == [
        #"GET /a [("b", "c")] Host=x  true"#, "GET /b [] Host=y,Connection=close  false",
      ])
    #expect(outcome([Array(Self.texts[3].utf8)[...]]).first == #"GET /p [("q", "")] Host=x,A=b,A=c  true"#)
    #expect(outcome([Array(Self.texts[9].utf8)[...]]) == ["GET /ä [] Host=x  true"])
    #expect(outcome([Array(Self.texts[2].utf8)[...]]).count == 2)
  }

  @Test func mutatedBytesNeverBreakIt() {
    var generator = SplitMix(state: 42)
    for round in 0..<4000 {
      var bytes = Array(Self.texts[round % Self.texts.count].utf8)
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
        default: bytes.remove(at: at)
        }
      }
      let cut = Int.random(in: 0...bytes.count, using: &generator)
      #expect(outcome([bytes[..<cut], bytes[cut...]]) == outcome([bytes[...]]), "\(bytes)")
    }
  }
}

/// A generator with a seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
