import Foundation
import HTTPClient
import TestSupport
import Testing

/// Bodies that are sent from where they are.
@Suite struct HTTPUploadTests {
  private func file(_ bytes: [UInt8]) throws -> (TemporaryFolder, Int32) {
    let folder = try TemporaryFolder("upload")
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path("body")))
    return (folder, open(folder.path("body"), O_RDONLY))
  }

  @Test func partsOfFilesAndMemory() throws {
    let server = try ScriptedServer([.response(200, body: "ok")])
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let (folder, descriptor) = try file(bytes)
    defer { close(descriptor) }
    let client = HTTPClient()
    for method in ["PUT", "POST"] {
      let request = HTTPRequest(method: method, url: server.endpoint + "/x", headers: [("Content-Type", "a/b")])
      let upload = HTTPUpload.file(descriptor: descriptor, offset: 100, count: 250_000)
      #expect(try client.send(request, uploading: upload).status == 200)
      try bytes.withUnsafeBytes { _ = try client.send(request, uploading: .bytes($0)) }
      _ = try client.send(request, uploading: .file(descriptor: descriptor, offset: 0, count: 0))
      _ = try client.send(request, uploading: .bytes(UnsafeRawBufferPointer(start: nil, count: 0)))
    }
    let whole = [Array(bytes[100..<250_100]), bytes, [], []]
    #expect(server.requests.map(\.body) == whole + whole)
    #expect(server.requests.map(\.method) == Array(repeating: "PUT", count: 4) + Array(repeating: "POST", count: 4))
    #expect(server.requests.allSatisfy { $0.headers["content-type"] == "a/b" && $0.headers["expect"] == nil })
    _ = folder
  }

  @Test func aFileThatEndsEarlyIsAnError() throws {
    let server = try ScriptedServer([.response(200)])
    let (folder, descriptor) = try file(Array("short".utf8))
    defer { close(descriptor) }
    let request = HTTPRequest(method: "PUT", url: server.endpoint)
    let error = #expect(throws: HTTPError.self) {
      try HTTPClient().send(request, uploading: .file(descriptor: descriptor, offset: 0, count: 6))
    }
    #expect(error?.kind == .upload)
    #expect(error?.isTransient == false)
    _ = folder
  }

  @Test func aStallEndsTheExchange() throws {
    let server = try ScriptedServer([.silence])
    let request = HTTPRequest(url: server.endpoint, timeout: .zero, stallTimeout: .seconds(1))
    let error = #expect(throws: HTTPError.self) { try HTTPClient().send(request) }
    #expect(error?.kind == .timeout)
  }

  @Test func theCallerMayEndIt() throws {
    let server = try ScriptedServer([.silence])
    let request = HTTPRequest(method: "PUT", url: server.endpoint, timeout: .zero)
    let error = #expect(throws: HTTPError.self) {
      try Array("x".utf8).withUnsafeBytes {
        try HTTPClient().send(request, uploading: .bytes($0), whileWanted: { server.requests.isEmpty })
      }
    }
    #expect(error?.kind == .cancelled)
  }

  @Test func aProxyIsAskedEvenForThisMachine() throws {
    let proxy = try ScriptedServer([.response(200, body: "by proxy")])
    let options = HTTPClientOptions(proxy: HTTPProxy(url: proxy.endpoint, user: "u", password: "p"))
    let response = try HTTPClient(options).send(HTTPRequest(url: "http://127.0.0.1:1/x"))
    #expect(String(decoding: response.body, as: UTF8.self) == "by proxy")
    #expect(proxy.requests.first?.headers["proxy-authorization"] == "Basic dTpw")
    let broken = HTTPClientOptions(proxy: HTTPProxy(url: "http://user:s3cr3t@127.0.0.1:1", password: "s3cr3t"))
    let error = #expect(throws: HTTPError.self) { try HTTPClient(broken).send(HTTPRequest(url: proxy.endpoint)) }
    #expect(error.map { "\($0)".contains("s3cr3t") } == false)
  }
}
