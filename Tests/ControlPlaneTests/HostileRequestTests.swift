import JSON
import Testing

@testable import ControlPlane

/// Requests that no client would send on purpose.
@Suite struct HostileRequestTests {
  /// A generator with a seed, so that a failure can be repeated.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private let statuses: Set<Int> = [200, 201, 202, 204, 400, 404, 405, 406, 409, 415]

  @Test(arguments: 1...8) func everyOneIsAnswered(seed: UInt64) {
    var generator = Generator(state: seed)
    let fixture = Fixture()
    fixture.create("s")
    for _ in 0..<2_000 {
      let (method, target, body) = request(&generator)
      let answer = fixture.api.handle(
        RESTRequest(
          method: method, target: target, headers: [("Content-Type", "application/json"), ("Host", "h")], body: body))
      let label = Comment(rawValue: "\(method) \(target) \(String(decoding: body, as: UTF8.self))")
      #expect(statuses.contains(answer.status), label)
      if answer.status >= 400 {
        #expect(answer.json?["error_code"]?.int == answer.status, label)
        #expect(answer.message?.isEmpty == false, label)
        #expect(answer.message?.contains("secret") != true, label)
      }
    }
  }

  /// A good request with some bytes changed.
  private func request(_ generator: inout Generator) -> (String, String, [UInt8]) {
    let methods = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "", "X"]
    let targets = [
      "/connectors", "/connectors/s", "/connectors/s/config", "/connectors/s/offsets", "/connectors/s/status",
      "/connectors/s/tasks/0/restart", "/connectors/s/restart?includeTasks=true", "/connectors?expand=status",
      "/connector-plugins/FileStreamSource/config/validate", "/admin/loggers/x", "/topics/t1/records?limit=1",
    ]
    let bodies = [
      #"{"name":"n","config":{"connector.class":"FileStreamSource","topic":"t","password":"secret"}}"#,
      #"{"connector.class":"FileStreamSource","topic":"t","password":"secret"}"#,
      #"{"offsets":[{"partition":{"a":"secret"},"offset":{"b":1}}]}"#, #"{"level":"INFO"}"#, "",
    ]
    var target = Array((targets.randomElement(using: &generator) ?? "/").utf8)
    var body = Array((bodies.randomElement(using: &generator) ?? "").utf8)
    damage(&target, &generator, with: Array("/%;?&=. 2Fa\u{7F}".utf8))
    damage(&body, &generator, with: Array("{}[]\",:0eE-\\untf\u{0}".utf8) + [0xFF, 0xC0])
    return (methods.randomElement(using: &generator) ?? "GET", String(decoding: target, as: UTF8.self), body)
  }

  private func damage(_ bytes: inout [UInt8], _ generator: inout Generator, with alphabet: [UInt8]) {
    for _ in 0..<Int.random(in: 0...2, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0...2, using: &generator) {
      case 0: bytes.remove(at: place)
      case 1: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
      default: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
      }
    }
  }
}
