/// A request that both workers get, and how their answers compare.
struct Exchange: CustomStringConvertible {
  enum Comparison {
    /// Status, content type, `Location`, body.
    case same
    /// As `same`, but asked until it is so: the real worker does it in the background.
    case eventually
    /// Status and headers; the bodies speak of Java there.
    case sameButMessage
    /// Another status here, on purpose.
    case differs(there: Int, here: Int, why: String)
  }

  var method: String
  var target: String
  var body: String?
  var headers: [(String, String)]
  var comparison: Comparison

  var description: String { "\(method) \(target) \(body ?? "")" }

  static func same(
    _ method: String, _ target: String, _ body: String? = nil, _ headers: [(String, String)] = []
  ) -> Exchange {
    Exchange(method: method, target: target, body: body, headers: headers, comparison: .same)
  }

  static func eventually(_ method: String, _ target: String) -> Exchange {
    Exchange(method: method, target: target, headers: [], comparison: .eventually)
  }

  static func sameButMessage(_ method: String, _ target: String, _ body: String? = nil) -> Exchange {
    Exchange(method: method, target: target, body: body, headers: [], comparison: .sameButMessage)
  }

  static func differs(
    _ method: String, _ target: String, _ body: String? = nil, there: Int, here: Int, _ why: String
  ) -> Exchange {
    Exchange(
      method: method, target: target, body: body, headers: [],
      comparison: .differs(there: there, here: here, why: why))
  }

  /// With a body its type is JSON, unless a header says something else.
  var allHeaders: [(String, String)] {
    let isTyped = headers.contains { $0.0 == "Content-Type" }
    let kept = headers.filter { !$0.1.isEmpty }
    return body == nil || isTyped ? kept : kept + [("Content-Type", "application/json")]
  }
}
