import Avro
import ChangeModel
import HTTPServer
import JSON
import TestSupport
import Testing

@testable import SchemaRegistry

/// The client against the embedded registry over HTTP, and against servers that misbehave.
@Suite struct RegistryClientTests {
  /// A registry, or what stands in for one, on a loopback port.
  private final class Service {
    let server: HTTPServer
    var url: String { "http://127.0.0.1:\(server.port)" }

    init(_ answer: @escaping @Sendable (HTTPServerRequest) -> (Int, [UInt8])) throws {
      server = try HTTPServer(listen: "127.0.0.1:0")
      server.start { request, responder in
        let (status, body) = answer(request)
        responder.respond(status: status, headers: [("Content-Type", RegistryResponse.mediaType)], body: body)
      }
    }

    convenience init(_ registry: EmbeddedRegistry) throws {
      try self.init { request in
        let answer = registry.handle(
          method: request.method, path: request.rawPath, query: request.query, body: request.body)
        return (answer.status, answer.body)
      }
    }

    deinit { server.stop(deadline: .milliseconds(200)) }
  }

  private func client(_ urls: String, _ more: [(name: String, value: String)] = []) throws -> RegistryClient {
    RegistryClient(try RegistryOptions(converter: [(name: "schema.registry.url", value: urls)] + more))
  }

  private let schema = try? Schema(parsing: #"{"type":"record","name":"r","fields":[{"name":"id","type":"int"}]}"#)

  @Test func schemasAreRegisteredAndFound() throws {
    let folder = try TemporaryFolder("registry")
    let service = try Service(try EmbeddedRegistry(directory: folder.path))
    let client = try client(service.url + "/")
    let schema = try #require(schema)
    #expect(throws: CDCError.self) { try client.lookUp(subject: "a b/c", schema: schema) }
    #expect(try client.register(subject: "a b/c", schema: schema) == 1)
    #expect(try client.register(subject: "a b/c", schema: schema) == 1)
    #expect(try self.client(service.url).lookUp(subject: "a b/c", schema: schema) == 1)
    #expect(try self.client(service.url).schema(id: 1) == schema)
    #expect(try client.latest(subject: "a b/c").id == 1)
    let unknown = #expect(throws: CDCError.self) { try client.schema(id: 77) }
    #expect(unknown?.code == .schemaUnknown)
    let other = try Schema(parsing: #"{"type":"record","name":"r","fields":[{"name":"x","type":"int"}]}"#)
    let refused = #expect(throws: CDCError.self) { try client.register(subject: "a b/c", schema: other) }
    #expect(refused?.code == .schemaRefused)
    #expect(refused?.description.contains("a b/c") == true)
  }

  @Test func anotherRegistryIsAskedWhenOneIsDown() throws {
    let folder = try TemporaryFolder("registry")
    let service = try Service(try EmbeddedRegistry(directory: folder.path))
    let client = try client("http://127.0.0.1:1, \(service.url)")
    #expect(try client.register(subject: "s", schema: try #require(schema)) == 1)
    let down = #expect(throws: CDCError.self) { try self.client("http://127.0.0.1:1").schema(id: 1) }
    #expect(down?.code == .registryUnreachable)
    #expect(down?.code.failureClass == .target)
  }

  @Test func loginsAreSentAndNeverShown() throws {
    let service = try Service { request in
      let wanted = "Basic dXNlcjpzM2NyZXQ="
      return request.header("Authorization") == wanted
        ? (200, Array(#"{"schema":"\"int\""}"#.utf8)) : (401, Array("{}".utf8))
    }
    let user: [(name: String, value: String)] = [
      (name: "basic.auth.credentials.source", value: "USER_INFO"), (name: "basic.auth.user.info", value: "user:s3cret"),
    ]
    #expect(try client(service.url, user).schema(id: 1).kind == .int)
    let error = #expect(throws: CDCError.self) {
      try self.client(service.url.replacing("http://", with: "http://user:wr0ng@")).schema(id: 1)
    }
    #expect(error?.code == .registryRefused)
    #expect(error?.description.contains("wr0ng") == false)
  }

  @Test func whatIsNoRegistryIsNamed() throws {
    let service = try Service { _ in (200, Array("<html>".utf8)) }
    let error = #expect(throws: CDCError.self) { try self.client(service.url).schema(id: 1) }
    #expect(error?.code == .registryAnswer)
    let broken = try Service { _ in (500, Array("{}".utf8)) }
    #expect(#expect(throws: CDCError.self) { try self.client(broken.url).schema(id: 1) }?.code == .registryUnreachable)
  }

  @Test(arguments: [
    [(name: "no.such.key", value: "x")], [(name: "basic.auth.credentials.source", value: "SASL_INHERIT")],
    [(name: "schema.registry.ssl.truststore.location", value: "a.jks")],
    [(name: "enhanced.avro.schema.support", value: "true")],
    [(name: "basic.auth.credentials.source", value: "USER_INFO"), (name: "basic.auth.user.info", value: "nocolon")],
  ]) func keysThatCannotBeObeyedAreRefused(_ keys: [(name: String, value: String)]) {
    #expect(throws: CDCError.self) { try self.client("http://127.0.0.1:1", keys) }
  }
}
