public import ChangeModel
internal import Flow
internal import JSON

/// A registry with Confluent's REST interface for trying out and for small installations: Avro only, in one process, kept
/// in a directory. A function from requests to answers, without sockets.
public final class EmbeddedRegistry: @unchecked Sendable {
  let lock = Lock()
  var state: RegistryState
  private let log: RegistryLog

  /// A registry kept in a directory, which must exist. Throws `registryStore` where its file can't be used.
  public init(directory: String) throws(CDCError) {
    var loaded = RegistryState()
    log = try RegistryLog(directory: directory) { loaded.apply($0) }
    state = loaded
  }

  /// Answers a request. `path` is as sent, segments still escaped; `query` is decoded.
  public func handle(method: String, path: String, query: [(String, String)], body: [UInt8]) -> RegistryResponse {
    lock.acquire()
    defer { lock.release() }
    do throws(RegistryRefusal) {
      let request = try RegistryRequest(method: method, path: path, query: query, body: body)
      return RegistryResponse(status: 200, json: try answer(request))
    } catch {
      return RegistryResponse(
        status: error.status, json: ["error_code": .integer(error.code), "message": .string(error.message)])
    }
  }

  /// Stores an entry and applies it.
  func store(_ entry: JSONValue) throws(RegistryRefusal) {
    do throws(CDCError) { try log.append(entry) } catch {
      throw RegistryRefusal(50001, "Error in the backend data store: \(error.message)")
    }
    state.apply(entry)
  }

  private func answer(_ request: RegistryRequest) throws(RegistryRefusal) -> JSONValue {
    let path = request.segments
    switch path.first ?? "" {
    case "": return [:]
    case "subjects": return try subjects(request, Array(path.dropFirst()))
    case "schemas": return try schemas(request, Array(path.dropFirst()))
    case "compatibility": return try compatibility(request, Array(path.dropFirst()))
    case "config": return try config(request, subject: path.count > 1 ? path[1] : "")
    case "mode": return try mode(request, subject: path.count > 1 ? path[1] : "")
    case "contexts": return ["."]
    default: throw RegistryRefusal(404, "HTTP 404 Not Found")
    }
  }
}

/// An answer.
public struct RegistryResponse: Sendable, Equatable {
  /// The HTTP status.
  public var status: Int
  /// The JSON body.
  public var body: [UInt8]

  /// The media type of every body.
  public static let mediaType = "application/vnd.schemaregistry.v1+json"

  init(status: Int, json: JSONValue) {
    self.status = status
    body = json.utf8
  }
}

/// A request was refused: Confluent's error code, whose first three digits are the HTTP status.
struct RegistryRefusal: Error {
  var code: Int
  var message: String

  init(_ code: Int, _ message: String) {
    self.code = code
    self.message = message
  }

  var status: Int { code > 999 ? code / 100 : code }

  static func subject(_ name: String) -> RegistryRefusal { .init(40401, "Subject '\(name)' not found.") }
  static func version(_ number: String) -> RegistryRefusal { .init(40402, "Version \(number) not found.") }
  static let schema = RegistryRefusal(40403, "Schema not found")
  static let method = RegistryRefusal(405, "HTTP 405 Method Not Allowed")
}

/// A request with its pieces decoded.
struct RegistryRequest {
  var method: String
  var segments: [String]
  var query: [(String, String)]
  var body: JSONValue

  init(method: String, path: String, query: [(String, String)], body: [UInt8]) throws(RegistryRefusal) {
    self.method = method
    self.query = query
    segments = path.split(separator: "/").map { Self.decode($0) }
    guard !body.isEmpty else {
      self.body = .null
      return
    }
    do { self.body = try JSONValue(parsing: body) } catch {
      throw RegistryRefusal(400, "The request is not JSON: \(error.description)")
    }
  }

  /// Whether a parameter of the query is true.
  func flag(_ name: String) -> Bool { query.contains { $0.0 == name && $0.1 == "true" } }

  private static func decode(_ segment: Substring) -> String {
    var bytes: [UInt8] = []
    let source = Array(segment.utf8)
    var at = 0
    while at < source.count {
      if source[at] == UInt8(ascii: "%"), at + 2 < source.count,
        let value = UInt8(String(decoding: source[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        at += 3
      } else {
        bytes.append(source[at])
        at += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
