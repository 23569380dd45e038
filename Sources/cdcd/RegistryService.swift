internal import ChangeModel
internal import HTTPServer
internal import SchemaRegistry

/// The embedded registry on a loopback port: 8081, or another free one if that is taken.
struct RegistryService {
  /// Its address.
  let url: String
  private let server: HTTPServer

  init(directory: String) throws(CDCError) {
    let registry = try EmbeddedRegistry(directory: directory)
    var listener: HTTPServer?
    do throws(CDCError) { listener = try HTTPServer(listen: "127.0.0.1:8081") } catch {
      guard error.code == .listenFailed else { throw error }
    }
    if let listener { server = listener } else { server = try HTTPServer(listen: "127.0.0.1:0") }
    url = "http://127.0.0.1:\(server.port)"
    server.start { request, responder in
      let answer = registry.handle(
        method: request.method, path: request.rawPath, query: request.query, body: request.body)
      responder.respond(
        status: answer.status, headers: [("Content-Type", RegistryResponse.mediaType)], body: answer.body)
    }
  }

  func stop() { server.stop(deadline: .milliseconds(500)) }
}
