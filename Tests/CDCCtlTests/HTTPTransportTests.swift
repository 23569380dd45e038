import HTTPServer
import JSON
import Synchronization
import Testing

@testable import cdcctl

/// The program over real sockets.
@Suite struct HTTPTransportTests {
  /// What a server was asked.
  final class Log: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func append(_ text: String) { list.withLock { $0.append(text) } }
  }

  let log = Log()
  let server: HTTPServer

  init() throws {
    server = try HTTPServer(listen: "127.0.0.1:0")
    let log = log
    server.start { request, responder in
      let type = request.header("Content-Type") ?? "-"
      log.append("\(request.method) \(request.rawPath) \(type) \(String(decoding: request.body, as: UTF8.self))")
      switch request.path {
      case "/topics/t/records":
        guard responder.beginStream(status: 200) else { return }
        for number in 0..<3 { _ = responder.send(Array("{\"offset\":\(number)}\n".utf8)) }
        if request.parameter("limit") == nil { while responder.send([]) {} }
        responder.end()
      case "/connectors/a/b ü/stop": responder.respond(status: 204)
      case "/connectors/a/restart": responder.respond(status: 202, body: Array("{}".utf8))
      default: responder.respond(error: 404, "not here")
      }
    }
  }

  private func run(_ line: [String], limit: Int = .max) -> (status: Int32, console: MemoryConsole) {
    let console = MemoryConsole(limit: limit)
    let program = CDCCtl(environment: [:], console: console, connect: { HTTPTransport(url: $0) })
    return (program.run(line + ["--url", "http://127.0.0.1:\(server.port)/"]), console)
  }

  @Test func requestsWithoutABodyAreNoForms() {
    defer { server.stop(deadline: .seconds(5)) }
    #expect(run(["connector", "stop", "a/b ü"]).status == 0)
    #expect(run(["connector", "restart", "a"]).status == 0)
    #expect(
      log.all == [
        "PUT /connectors/a%2Fb%20%C3%BC/stop application/json ", "POST /connectors/a/restart application/json ",
      ])
  }

  @Test func errorsKeepTheirMessage() {
    defer { server.stop(deadline: .seconds(5)) }
    let (status, console) = run(["topic", "list"])
    #expect(status == 4 && console.error == "cdcctl: not here\n")
    let tail = run(["tail", "no"])
    #expect(tail.status == 4 && tail.console.error == "cdcctl: not here\n")
  }

  @Test func streams() {
    defer { server.stop(deadline: .seconds(5)) }
    #expect(run(["tail", "t", "-n", "3"]).console.out == "{\"offset\":0}\n{\"offset\":1}\n{\"offset\":2}\n")
    // Nobody reads behind the second line: the command ends, though the stream doesn't.
    let cut = run(["tail", "t"], limit: 2)
    #expect(cut.status == 0 && cut.console.out == "{\"offset\":0}\n{\"offset\":1}\n" && cut.console.error.isEmpty)
  }

  @Test func nobodyListens() throws {
    let port = server.port
    server.stop(deadline: .seconds(5))
    let (status, console) = run(["health"])
    #expect(status == 3)
    #expect(console.error.hasPrefix("cdcctl: the engine at http://127.0.0.1:\(port)/ can't be reached: "))
  }
}
