internal import HTTPClient

/// Requests over HTTP.
struct HTTPTransport: Transport {
  private let base: String
  private let client = HTTPClient()

  init(url: String) {
    var base = url.contains("://") ? url : "http://" + url
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
  }

  func send(_ request: EngineRequest) throws(TransportError) -> EngineAnswer {
    do {
      // A change may wait for a database login, so the time is longer than Connect's own 90 s.
      let answer = try client.send(http(request, timeout: .seconds(120)))
      return EngineAnswer(status: answer.status, body: answer.body)
    } catch {
      throw TransportError(message: error.reason)
    }
  }

  func stream(_ request: EngineRequest, _ receive: (_ piece: [UInt8]) -> Bool) throws(TransportError) -> EngineAnswer {
    let http = http(request, timeout: .zero)
    do {
      let answer = try withoutActuallyEscaping(receive) { receive throws(HTTPError) in
        try client.stream(http) { receive(Array($0)) }
      }
      return EngineAnswer(status: answer.status, body: answer.body)
    } catch {
      if error.kind == .cancelled { return EngineAnswer(status: 200, body: []) }
      throw TransportError(message: error.reason)
    }
  }

  private func http(_ request: EngineRequest, timeout: Duration) -> HTTPRequest {
    // The type is named also where there is no body: libcurl would call an empty one a form, which is a 415.
    HTTPRequest(
      method: request.method, url: base + request.target,
      headers: [("Accept", "application/json, */*"), ("Content-Type", "application/json")], body: request.body,
      timeout: timeout)
  }
}
