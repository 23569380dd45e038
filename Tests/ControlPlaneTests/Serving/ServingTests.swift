import Foundation
import HTTPServer
import JSON
import Synchronization
import Telemetry
import Testing

@testable import ControlPlane

/// The interface behind a real server.
@Suite struct ServingTests {
  let fixture = Fixture()
  let lines = LogLines()
  let server: HTTPServer

  init() throws {
    server = try HTTPServer(listen: "127.0.0.1:0", options: .rest)
    let lines = lines
    server.serve(fixture.api, log: Log("rest", system: LogSystem { lines.append($0) }))
  }

  private func ask(
    _ method: String, _ target: String, _ headers: [(String, String)] = [], _ body: [UInt8]? = nil
  ) throws -> RawHTTP.Answer {
    try RawHTTP.send(port: server.port, method, target, headers: headers, body: body)
  }

  private let json = [("Content-Type", "application/json")]

  @Test func answersAsTheFunctionDoes() throws {
    defer { server.stop(deadline: .seconds(5)) }
    let body = Array(#"{"name":"a/b ü","config":\#(Fixture.config())}"#.utf8)
    let created = try ask("POST", "/connectors", json, body)
    #expect(created.status == 201)
    #expect(created.header("Location") == "http://127.0.0.1:\(server.port)/connectors/a%2Fb%20%C3%BC")
    #expect(try ask("GET", "/connectors/a%2Fb%20%C3%BC?x=%C3%BC").status == 200)
    let expanded = try ask("GET", "/connectors?expand=st%61tus")
    #expect(try JSONValue(parsing: expanded.body)["a/b ü"]?["status"] != nil)
    let stopped = try ask("PUT", "/connectors/a%2Fb%20%C3%BC/stop")
    #expect(stopped.status == 204 && stopped.header("Content-Length") == nil && stopped.body.isEmpty)
  }

  @Test func theHeadOfAnAnswer() throws {
    defer { server.stop(deadline: .seconds(5)) }
    let answer = try ask("HEAD", "/connectors")
    #expect(answer.status == 200 && answer.header("Content-Length") == "2" && answer.body.isEmpty)
    #expect(try ask("HEAD", "/topics/t1/records?follow=true").status == 200)
  }

  @Test func bodiesAboveTheLimit() throws {
    defer { server.stop(deadline: .seconds(5)) }
    let answer = try ask("POST", "/connectors", json, [UInt8](repeating: 0x20, count: 20_000_000))
    #expect(answer.status == 413)
    #expect(try JSONValue(parsing: answer.body)["error_code"] == 413)
    #expect(try ask("GET", "/connectors").status == 200)
  }

  @Test func streamsRecords() throws {
    defer { server.stop(deadline: .seconds(5)) }
    fixture.control.state.withLock { $0.records = [#"{"offset":0}"#, #"{"offset":1}"#] }
    let answer = try ask("GET", "/topics/t1/records?from=beginning&limit=2")
    #expect(answer.status == 200 && answer.header("Content-Type") == "application/x-ndjson")
    #expect(String(decoding: answer.body, as: UTF8.self) == "{\"offset\":0}\n{\"offset\":1}\n")
    #expect(try ask("GET", "/topics/t1/records?from=end").body.isEmpty)
    #expect(try ask("GET", "/topics/no/records").status == 404)
  }

  @Test func aStreamEndsWithItsClient() throws {
    fixture.control.state.withLock { $0.records = ["1"] }
    let reader = try RawHTTP.open(port: server.port, "GET", "/topics/t1/records?follow=true")
    #expect(try reader.first().contains("200"))
    #expect(becomes { fixture.control.followers == 1 })
    reader.close()
    #expect(becomes { fixture.control.followers == 0 })
    server.stop(deadline: .seconds(5))
  }

  /// Whether it becomes true within ten seconds.
  private func becomes(_ condition: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 10)
    while !condition(), Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    return condition()
  }

  @Test func changesAreLogged() throws {
    defer { server.stop(deadline: .seconds(5)) }
    _ = try ask("GET", "/connectors")
    _ = try ask("PUT", "/connectors/no/pause?secret=1")
    let text = lines.text
    #expect(text.contains(#""url.path":"/connectors/no/pause""#) || text.contains("/connectors/no/pause"))
    #expect(!text.contains("secret") && !text.contains("GET"))
  }
}

/// What was logged.
final class LogLines: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
  func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }
}
