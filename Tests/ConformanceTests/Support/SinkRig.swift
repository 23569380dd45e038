import Foundation
import HTTPClient
import JSON
import TestSupport
import Testing

/// A topic, a target, and workers that run a sink between them.
final class SinkRig<Target: SinkTarget> {
  /// A worker that is a process.
  struct Worker {
    let process: ChildProcess
    let port: Int
    let log: String

    func get(_ path: String) throws -> JSONValue {
      try JSONValue(parsing: try HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)\(path)")).body)
    }

    func metric(_ name: String) throws -> Double {
      let text = String(
        decoding: try HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)/metrics")).body, as: UTF8.self)
      return text.split(separator: "\n").filter { $0.hasPrefix(name + "{") }
        .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// Memory in use, in MB.
    func memory() throws -> Double {
      let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }
      return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0) / 1024
    }

    var tail: String { String(((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").suffix(3000)) }
  }

  let topic: ChangeTopic
  let target: Target
  let name = uniqueName("sink")
  private let group = uniqueName("conf")
  private let folder: TemporaryFolder
  private let home: Worker
  private let registry: String

  init(partitions: Int = 1) throws {
    folder = try TemporaryFolder("conformance")
    target = try Target()
    home = try Self.start("home", group + "-home", "schemaRegistry: embedded", [:], folder)
    registry = try #require(try home.get("/health")["schema_registry"]?["url"]?.string)
    topic = try ChangeTopic(registry: registry, partitions: partitions)
  }

  /// Starts a worker; all of a rig's share the group. `killAt` is one of the points where a worker kills itself.
  func worker(killAt point: String? = nil) throws -> Worker {
    var environment = target.environment
    if let point { environment["MARTINET_KILL_AT"] = point }
    return try Self.start(
      uniqueName("worker"), group, "schemaRegistry: { url: \"\(registry)\" }", environment, folder)
  }

  /// Creates the sink, with further keys.
  func create(on worker: Worker, _ more: JSONObject = [:]) throws {
    var config = target.keys
    config["topics"] = .string(topic.name)
    config["tasks.max"] = "2"
    // A killed member's partitions are soon free again.
    config["consumer.override.session.timeout.ms"] = "6000"
    for member in more.members { config[member.name] = member.value }
    if config["errors.tolerance"] != nil { config["errors.deadletterqueue.topic.name"] = .string("\(name).dlq") }
    let answer = try HTTPClient().send(
      HTTPRequest(
        method: "PUT", url: "http://127.0.0.1:\(worker.port)/connectors/\(name)/config",
        headers: [("Content-Type", "application/json")], body: JSONValue.object(config).utf8))
    guard answer.status == 201 || answer.status == 200 else {
      throw TestSupportError("\(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
    }
  }

  /// Waits until the target holds exactly what was produced; the complaint if it does not within `seconds`.
  func settled(within seconds: Int = 60) throws -> String? {
    var complaint: String?
    try eventually(within: .seconds(seconds), every: .milliseconds(200)) {
      do {
        complaint = try target.mismatch(topic.produced, topic: topic.name)
      } catch {
        complaint = "\(error)"
      }
      return complaint == nil
    }
    return complaint
  }

  private static func start(
    _ name: String, _ group: String, _ registry: String, _ environment: [String: String], _ folder: TemporaryFolder
  ) throws -> Worker {
    let port = try FreePort.next()
    let text = """
      http: { listen: "127.0.0.1:\(port)" }
      kafka: { bootstrap.servers: "\(try Servers.kafka().bootstrap)" }
      \(registry)
      group.id: \(group)
      offset.flush.interval.ms: 1000
      state: { directory: "\(folder.path("state-\(name)"))" }
      """
    try text.write(toFile: folder.path("\(name).yaml"), atomically: true, encoding: .utf8)
    let log = folder.path("\(name).log")
    let process = try ChildProcess(
      [Programs.cdcd, "--config", folder.path("\(name).yaml")], environment: environment, output: log)
    let worker = Worker(process: process, port: port, log: log)
    let answers = try eventually(within: .seconds(30), every: .milliseconds(20)) {
      (try? worker.get("/connectors")) != nil || !process.isRunning
    }
    guard answers else { throw TestSupportError("the worker does not answer: \(worker.tail)") }
    return worker
  }
}
