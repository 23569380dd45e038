import JSON
import Synchronization

@testable import cdcctl

/// An engine that answers from a list, and remembers what it was asked.
final class ScriptedEngine: Transport {
  private let answers: [String: (status: Int, body: String)]
  private let isReachable: Bool
  private let log = Mutex<[String]>([])

  /// Answers by `METHOD target`; everything else is 404.
  init(_ answers: [String: (status: Int, body: String)], isReachable: Bool = true) {
    self.answers = answers
    self.isReachable = isReachable
  }

  /// `METHOD target body` of each request.
  var requests: [String] { log.withLock { $0 } }

  func send(_ request: EngineRequest) throws(TransportError) -> EngineAnswer {
    guard isReachable else { throw TransportError(message: "Connection refused") }
    let name = "\(request.method) \(request.target)"
    log.withLock { $0.append(name + (request.body.map { " " + String(decoding: $0, as: UTF8.self) } ?? "")) }
    let answer = answers[name] ?? (404, #"{"error_code":404,"message":"HTTP 404 Not Found"}"#)
    return EngineAnswer(status: answer.status, body: Array(answer.body.utf8))
  }

  func stream(_ request: EngineRequest, _ receive: ([UInt8]) -> Bool) throws(TransportError) -> EngineAnswer {
    let answer = try send(request)
    if answer.status != 200 { return answer }
    // In small pieces, as a network may deliver them.
    var rest = answer.body[...]
    while !rest.isEmpty {
      if !receive(Array(rest.prefix(5))) { break }
      rest = rest.dropFirst(5)
    }
    return EngineAnswer(status: 200, body: [])
  }
}

/// Keeps what is printed.
final class MemoryConsole: Console {
  private let texts = Mutex<(out: [UInt8], error: [UInt8])>(([], []))
  /// After how many lines nobody reads any more.
  let limit: Int

  init(limit: Int = .max) { self.limit = limit }

  var out: String { texts.withLock { String(decoding: $0.out, as: UTF8.self) } }
  var error: String { texts.withLock { String(decoding: $0.error, as: UTF8.self) } }

  func write(_ bytes: [UInt8]) -> Bool {
    texts.withLock {
      $0.out += bytes
      return $0.out.count { $0 == 0x0A } < limit
    }
  }

  func writeError(_ bytes: [UInt8]) { texts.withLock { $0.error += bytes } }
}

/// One run of the program.
struct Run {
  let status: Int32
  let out: String
  let error: String
  let requests: [String]

  init(
    _ line: [String], _ answers: [String: (status: Int, body: String)] = [:], environment: [String: String] = [:],
    isReachable: Bool = true, limit: Int = .max
  ) {
    let engine = ScriptedEngine(answers, isReachable: isReachable)
    let console = MemoryConsole(limit: limit)
    status = CDCCtl(environment: environment, console: console, connect: { _ in engine }).run(line)
    out = console.out
    error = console.error
    requests = engine.requests
  }

  init(_ line: String, _ answers: [String: (status: Int, body: String)] = [:], isReachable: Bool = true) {
    self.init(line.split(separator: " ").map(String.init), answers, isReachable: isReachable)
  }

  var json: JSONValue? { try? JSONValue(parsing: out) }
  var errorJSON: JSONValue? { try? JSONValue(parsing: error) }
}
