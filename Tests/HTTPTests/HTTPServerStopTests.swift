import ChangeModel
import Foundation
import HTTPServer
import Testing

@Suite struct HTTPServerStopTests {
  @Test func stopLetsRunningRequestsFinish() throws {
    let server = try HTTPServer(listen: "127.0.0.1:0")
    server.start { _, responder in
      Thread.sleep(forTimeInterval: 0.5)
      responder.respond(status: 200, body: Array("done".utf8))
    }
    let idle = try RawClient(port: server.port)
    let busy = try RawClient(port: server.port)
    busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    Thread.sleep(forTimeInterval: 0.1)
    let start = Date()
    server.stop(deadline: .seconds(10))
    #expect(Date().timeIntervalSince(start) < 6)
    let answer = try busy.answer()
    #expect(answer.text == "done" && answer.header("Connection") == "close")
    #expect(idle.isClosedByServer)
    #expect(throws: RawClient.Problem.self) { try RawClient(port: server.port) }
  }

  @Test func stopEndsStreams() throws {
    let server = try HTTPServer(listen: "127.0.0.1:0")
    server.start { _, responder in
      responder.beginStream(status: 200)
      while responder.send([65]) { Thread.sleep(forTimeInterval: 0.01) }
      responder.end()
    }
    let client = try RawClient(port: server.port)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.head()
    let start = Date()
    server.stop(deadline: .seconds(10))
    #expect(Date().timeIntervalSince(start) < 8)
    while try client.chunk() != nil {}
    #expect(client.isClosedByServer)
  }

  @Test func stopDoesNotWaitLongerThanItsDeadline() throws {
    let server = try HTTPServer(listen: "127.0.0.1:0")
    let release = DispatchSemaphore(value: 0)
    server.start { _, responder in
      release.wait()
      responder.respond(status: 200)
    }
    let client = try RawClient(port: server.port)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    Thread.sleep(forTimeInterval: 0.1)
    let start = Date()
    server.stop(deadline: .milliseconds(300))
    #expect(Date().timeIntervalSince(start) < 3)
    #expect(client.isClosedByServer)
    // The answer comes after the end: nobody gets it, nothing breaks.
    release.signal()
    Thread.sleep(forTimeInterval: 0.1)
  }

  @Test func thePortCanBeBoundAgainAtOnce() throws {
    let first = try HTTPServer(listen: "127.0.0.1:0")
    first.start { _, responder in responder.respond(status: 200) }
    let client = try RawClient(port: first.port)
    #expect(try client.get("/").status == 200)
    first.stop(deadline: .seconds(5))
    let second = try HTTPServer(listen: "127.0.0.1:\(first.port)")
    #expect(second.port == first.port)
  }

  @Test func aTakenPortIsAnErrorWithItsReason() throws {
    let first = try HTTPServer(listen: "127.0.0.1:0")
    let error = #expect(throws: CDCError.self) { try HTTPServer(listen: "127.0.0.1:\(first.port)") }
    #expect(error?.code == .listenFailed)
    #expect(error?.description.contains("Address already in use") == true)
  }

  @Test(arguments: ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "", "no.such.host.invalid:0"])
  func badAddressesAreErrors(address: String) {
    #expect(throws: CDCError.self) { try HTTPServer(listen: address) }
  }

  @Test(arguments: ["[::1]:0", ":0", "localhost:0", "0.0.0.0:0"]) func addressesOfAllKinds(address: String) throws {
    #expect(try HTTPServer(listen: address).port > 0)
  }
}
