/// Sends requests to an engine: over HTTP, or in a test to a script.
protocol Transport: Sendable {
  /// Sends a request and waits for the whole answer. Throws if there is none.
  func send(_ request: EngineRequest) throws(TransportError) -> EngineAnswer
  /// Sends a request and hands the body's pieces to `receive` as they come, until it returns false. An answer other
  /// than 200 is returned with its body instead.
  func stream(_ request: EngineRequest, _ receive: (_ piece: [UInt8]) -> Bool) throws(TransportError) -> EngineAnswer
}

/// A request to the engine.
struct EngineRequest: Sendable, Equatable {
  var method: String
  /// The path and query, percent-encoded.
  var target: String
  /// A JSON text.
  var body: [UInt8]?
}

/// The engine's answer.
struct EngineAnswer: Sendable {
  var status: Int
  var body: [UInt8]
}

/// There is no answer, and why.
struct TransportError: Error {
  var message: String
}
