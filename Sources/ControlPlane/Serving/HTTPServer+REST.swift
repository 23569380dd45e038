public import HTTPServer
public import Telemetry

extension HTTPServerOptions {
  /// Limits for the REST interface.
  public static var rest: HTTPServerOptions {
    var options = HTTPServerOptions()
    options.bodyLimit = RESTAPI.bodyLimit
    return options
  }
}

extension HTTPServer {
  /// Starts to answer requests by the REST interface. Each change is a line of the log, each question one of level debug.
  public func serve(_ api: RESTAPI, log: Log) {
    start { request, responder in
      let answer = api.handle(
        RESTRequest(
          method: request.method, path: request.rawPath, query: request.query, headers: request.headers,
          body: request.body))
      note(request, answer.status, log)
      send(answer, responder)
    }
  }
}

/// Hands an answer to the client. A stream is an answer only once it has something to send: until then it may turn out
/// to be an error.
private func send(_ answer: RESTResponse, _ responder: HTTPResponder) {
  switch answer.content {
  case .none: responder.respond(status: answer.status, headers: answer.headers)
  case .bytes(let body): responder.respond(status: answer.status, headers: answer.headers, body: body)
  case .stream(let run):
    var hasBegun = false
    let instead = run { piece in
      if !hasBegun {
        hasBegun = true
        guard responder.beginStream(status: answer.status, headers: answer.headers) else { return false }
      }
      return responder.send(piece)
    }
    if let instead { return send(instead, responder) }
    if !hasBegun { responder.beginStream(status: answer.status, headers: answer.headers) }
    responder.end()
  }
}

private func note(_ request: HTTPServerRequest, _ status: Int, _ log: Log) {
  let isQuestion = ["GET", "HEAD", "OPTIONS"].contains(request.method)
  let level: LogLevel = status >= 500 ? .warn : isQuestion ? .debug : .info
  log.log(
    level, "Answered a REST request",
    [
      "http.request.method": request.method, "url.path": request.rawPath, "http.response.status_code": status,
      "client.address": request.peer,
    ])
}
