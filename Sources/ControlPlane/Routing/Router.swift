internal import Engine

/// Finds a request's resource and method, and answers what has none.
struct Router: Sendable {
  private let routes: [Route]

  init(_ routes: [Route]) { self.routes = routes }

  func handle(_ request: RESTRequest) -> RESTResponse {
    do {
      let segments = try RequestPath.segments(of: request.path)
      for route in routes {
        guard let parameters = route.match(segments) else { continue }
        let call = Call(request: request, parameters: parameters, query: QueryParameters(request.query))
        return try answer(call, route)
      }
      return .error(404, "HTTP 404 Not Found", hasContentType: false)
    } catch {
      return .error(error.status, error.message)
    }
  }

  private func answer(_ call: Call, _ route: Route) throws(ControlError) -> RESTResponse {
    let request = call.request
    if request.method == "OPTIONS" { return options(request, route) }
    let name = request.method == "HEAD" ? "GET" : request.method
    guard let handler = Method(rawValue: name).flatMap({ route.methods[$0] }) else {
      var answer = RESTResponse.error(405, "HTTP 405 Method Not Allowed", hasContentType: false)
      answer.headers.append(("Allow", route.allowed.joined(separator: ",")))
      return answer
    }
    if route.speaks == .json {
      if let type = request.header("content-type"), !(MediaType(type).map { $0.includes(.json) } ?? false) {
        return .error(415, "HTTP 415 Unsupported Media Type", hasContentType: false)
      }
      if !request.accepts(.json) { return .error(406, "HTTP 406 Not Acceptable", hasContentType: false) }
    }
    return try handler(call)
  }

  private func options(_ request: RESTRequest, _ route: Route) -> RESTResponse {
    var answer = RESTResponse(status: 200, headers: [("Allow", route.allowed.joined(separator: ","))])
    if request.accepts(.plainText) {
      answer.headers.append(("Content-Type", "text/plain"))
      answer.content = .bytes(Array(route.allowed.joined(separator: ", ").utf8))
    }
    return answer
  }
}
