internal import JSON

/// The engine's REST interface as the commands use it. Answers above 399 become failures with the engine's message.
struct EngineClient: Sendable {
  /// The engine's address, for messages.
  var url: String
  var transport: any Transport

  /// The answer's JSON; null for an answer without a body.
  @discardableResult
  func json(
    _ method: String, _ path: [String], query: String = "", body: JSONValue? = nil
  ) throws(Failure) -> JSONValue {
    try answer(method, path, query: query, body: body).json
  }

  /// The answer, good or bad, and its JSON. Throws only if there is none.
  func answer(
    _ method: String, _ path: [String], query: String = "", body: JSONValue? = nil, accepting: [Int] = []
  ) throws(Failure) -> (status: Int, json: JSONValue) {
    try answer(method, path, query: query, text: body?.utf8, accepting: accepting)
  }

  /// The same with a body as it stands.
  func answer(
    _ method: String, _ path: [String], query: String = "", text: [UInt8]?, accepting: [Int] = []
  ) throws(Failure) -> (status: Int, json: JSONValue) {
    let answer = try send(EngineRequest(method: method, target: Self.target(path, query), body: text))
    if answer.status >= 400, !accepting.contains(answer.status) { throw failure(answer) }
    if answer.body.isEmpty { return (answer.status, .null) }
    guard let json = try? JSONValue(parsing: answer.body) else {
      throw .failed("answer", "\(url) does not answer with JSON; is it cdcd?")
    }
    return (answer.status, json)
  }

  /// The JSON of an answer that may be long in coming: the engine sends spaces while it works.
  func slow(_ method: String, _ path: [String], body: JSONValue) throws(Failure) -> JSONValue {
    var received: [UInt8] = []
    let answer: EngineAnswer
    do {
      answer = try transport.stream(
        EngineRequest(method: method, target: Self.target(path, ""), body: body.utf8)
      ) {
        received += $0
        return true
      }
    } catch {
      throw unreachable(error)
    }
    if answer.status >= 400 { throw failure(answer) }
    guard let json = try? JSONValue(parsing: received) else {
      throw .failed("answer", "the answer of \(url) ends in its middle: run the command again to see what is left")
    }
    if let status = json["error_code"]?.int { throw failure(EngineAnswer(status: status, body: received)) }
    return json
  }

  /// Hands an answer's lines to `line` as they come, until it returns false.
  func lines(_ path: [String], query: String, _ line: ([UInt8]) -> Bool) throws(Failure) {
    var splitter = LineSplitter()
    var wantsMore = true
    let request = EngineRequest(method: "GET", target: Self.target(path, query))
    let answer: EngineAnswer
    do {
      answer = try transport.stream(request) { piece in
        splitter.append(piece) { if wantsMore { wantsMore = line($0) } }
        return wantsMore
      }
    } catch {
      throw unreachable(error)
    }
    if answer.status >= 400 { throw failure(answer) }
    splitter.finish { if wantsMore { wantsMore = line($0) } }
  }

  private func send(_ request: EngineRequest) throws(Failure) -> EngineAnswer {
    do {
      return try transport.send(request)
    } catch {
      throw unreachable(error)
    }
  }

  private func unreachable(_ error: TransportError) -> Failure {
    Failure(
      status: .unreachable, code: "unreachable",
      message: "the engine at \(url) can't be reached: \(error.message). Is cdcd running, and is --url right?")
  }

  /// What an answer above 399 says.
  private func failure(_ answer: EngineAnswer) -> Failure {
    let body = try? JSONValue(parsing: answer.body)
    let message = body?["message"]?.string ?? "the engine answered \(answer.status)"
    return Failure(
      status: answer.status == 404 ? .notFound : .failed, code: String(answer.status), message: message)
  }

  private static func target(_ path: [String], _ query: String) -> String {
    "/" + path.map(encoded).joined(separator: "/") + (query.isEmpty ? "" : "?" + query)
  }

  /// A name as a path's segment.
  static func encoded(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._~".unicodeScalars.contains(scalar)
      {
        out.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        out += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return out
  }
}

/// Cuts pieces of a text into lines. Empty lines are left out.
struct LineSplitter {
  private var rest: [UInt8] = []

  mutating func append(_ piece: [UInt8], _ line: ([UInt8]) -> Void) {
    rest.append(contentsOf: piece)
    var start = rest.startIndex
    while let end = rest[start...].firstIndex(of: 0x0A) {
      if end > start { line(Array(rest[start..<end])) }
      start = end + 1
    }
    rest.removeFirst(start)
  }

  mutating func finish(_ line: ([UInt8]) -> Void) {
    if !rest.isEmpty { line(rest) }
    rest = []
  }
}
