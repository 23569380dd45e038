internal import Engine

/// A method that Kafka Connect's resources have; `HEAD` and `OPTIONS` follow from the others.
enum Method: String, Sendable {
  case delete = "DELETE"
  case post = "POST"
  case get = "GET"
  case put = "PUT"
  case patch = "PATCH"
}

/// A piece of a route's path.
enum PathPiece: Sendable, Equatable {
  /// A segment that is exactly this.
  case literal(String)
  /// Any segment: a parameter.
  case parameter
}

/// What a handler gets.
struct Call: Sendable {
  /// The request.
  var request: RESTRequest
  /// The path's parameters in order.
  var parameters: [String]
  /// The query.
  var query: QueryParameters

  /// The connector, plug-in, logger or topic that the path names first.
  var name: String { parameters.first ?? "" }
}

/// One resource: a path and its methods.
struct Route: Sendable {
  typealias Handler = @Sendable (Call) throws(ControlError) -> RESTResponse

  /// Whether the resource speaks only JSON: requests of other types are 415, clients that want others get 406.
  enum Speaks: Sendable { case json, anything }

  var path: [PathPiece]
  var speaks: Speaks
  var methods: [Method: Handler]

  /// A resource at a path such as `/connectors/{}/config`.
  init(_ path: String, speaks: Speaks = .json, _ methods: [Method: Handler]) {
    self.path = path.split(separator: "/").map { $0 == "{}" ? .parameter : .literal(String($0)) }
    self.speaks = speaks
    self.methods = methods
  }

  /// The parameters if these segments are this resource's.
  func match(_ segments: [String]) -> [String]? {
    guard segments.count == path.count else { return nil }
    var parameters: [String] = []
    for (piece, segment) in zip(path, segments) {
      switch piece {
      case .literal(let text): if text != segment { return nil }
      case .parameter: parameters.append(segment)
      }
    }
    return parameters
  }

  /// The allowed methods in the order that Connect lists them.
  var allowed: [String] {
    var all: [String] = methods[.get] == nil ? [] : ["HEAD"]
    for method in [Method.delete, .post, .get] where methods[method] != nil { all.append(method.rawValue) }
    all.append("OPTIONS")
    for method in [Method.put, .patch] where methods[method] != nil { all.append(method.rawValue) }
    return all
  }
}
