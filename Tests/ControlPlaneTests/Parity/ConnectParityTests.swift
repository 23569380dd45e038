import Foundation
import HTTPServer
import JSON
import Telemetry
import TestSupport
import Testing

@testable import ControlPlane

/// The same requests to the real Kafka Connect and to the interface over the fake engine, and the same answers.
@Suite(
  .serialized, .enabled(if: KafkaBroker.isControllable, "set MARTINET_TEST_KAFKA_HOME to compare with Kafka Connect"))
struct ConnectParityTests {
  @Test(.timeLimit(.minutes(5))) func everyAnswerIsTheRealWorkers() throws {
    let broker = try KafkaBroker()
    let address = try broker.startConnect()
    let port = try #require(URLComponents(string: address)?.port)
    let server = try HTTPServer(listen: "127.0.0.1:0", options: .rest)
    server.serve(Fixture().api, log: Log("rest", system: LogSystem { _ in }))
    defer { server.stop(deadline: .seconds(5)) }
    for exchange in Exchange.all { try compare(exchange, here: server.port, there: port) }
    withExtendedLifetime(broker) {}
  }

  private func compare(_ exchange: Exchange, here ours: Int, there real: Int) throws {
    let label = Comment(rawValue: exchange.description)
    let here = Side(try ask(ours, exchange), ours)
    var there = Side(try ask(real, exchange), real)
    switch exchange.comparison {
    case .same: #expect(here == there, label)
    case .eventually:
      let deadline = Date(timeIntervalSinceNow: 30)
      while there != here, Date() < deadline {
        Thread.sleep(forTimeInterval: 0.2)
        there = Side(try ask(real, exchange), real)
      }
      #expect(here == there, label)
    case .sameButMessage: #expect(here.status == there.status, label)
    case .differs(let statusThere, let statusHere, let why):
      #expect(there.status == statusThere, "\(label) (\(why))")
      #expect(here.status == statusHere, "\(label) (\(why))")
    }
  }

  private func ask(_ port: Int, _ exchange: Exchange) throws -> RawHTTP.Answer {
    try RawHTTP.send(
      port: port, exchange.method, exchange.target, headers: exchange.allHeaders,
      body: exchange.body.map { Array($0.utf8) })
  }
}

/// What is compared of an answer.
private struct Side: Equatable, CustomStringConvertible {
  let status: Int
  let contentType: String?
  let location: String?
  let allow: String?
  let hasLength: Bool
  let body: String

  init(_ answer: RawHTTP.Answer, _ port: Int) {
    status = answer.status
    contentType = answer.header("Content-Type")
    location = answer.header("Location")?.replacingOccurrences(of: ":\(port)/", with: ":PORT/")
    // Long answers come in chunks there.
    hasLength = (answer.header("Content-Length") ?? answer.header("Transfer-Encoding")) != nil
    // The real worker leaves `Allow` out of a 405.
    allow = answer.status == 405 ? nil : answer.header("Allow")
    if let value = try? JSONValue(parsing: answer.body) {
      body = Self.masked(value).text
    } else {
      body = String(decoding: answer.body, as: UTF8.self)
    }
  }

  var description: String { "\(status) \(contentType ?? "-") \(location ?? "") \(allow ?? "") \(hasLength) \(body)" }

  /// Without what must differ, members and names in order.
  private static func masked(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      let members = object.members.sorted { $0.name < $1.name }.filter { $0.name != "task.class" }
      return .object(
        JSONObject(
          members.map { member in
            let isMasked = hidden.contains(member.name) && !member.value.isNull && member.value.object == nil
            return .init(member.name, isMasked ? "…" : masked(member.value))
          }))
    case .array(let elements):
      let all = elements.map(masked)
      return .array(all.allSatisfy { $0.string != nil } ? all.sorted { $0.text < $1.text } : all)
    default: return value
    }
  }

  private static let hidden: Set<String> = [
    "version", "commit", "kafka_cluster_id", "worker_id", "last_modified",
  ]
}
