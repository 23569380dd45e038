import Avro
import Foundation
import HTTPClient
import JSON
import KafkaClient
import TestSupport
import Testing

/// Dead letters with cdcd and cdcctl as programs, on a real broker.
@Suite(.serialized, .needsKafka, .needsPrograms) struct DeadLetterTests {
  private let folder: TemporaryFolder
  private let topics: DeadLetterTopics
  private let port: Int

  init() throws {
    folder = try TemporaryFolder("dead-letters")
    topics = try DeadLetterTopics()
    port = try FreePort.next()
  }

  private func start() throws -> ChildProcess {
    let text = """
      http: { listen: "127.0.0.1:\(port)" }
      kafka: { bootstrap.servers: "\(topics.kafka["bootstrap.servers"] ?? "")" }
      schemaRegistry: embedded
      group.id: \(topics.dlq)
      state: { directory: "\(folder.path("state"))" }
      """
    try text.write(toFile: folder.path("martinet.yaml"), atomically: true, encoding: .utf8)
    let daemon = try ChildProcess(
      [Programs.cdcd, "--config", folder.path("martinet.yaml")], environment: [:], output: folder.path("log"))
    let answers = try eventually(within: .seconds(30), every: .milliseconds(20)) {
      try HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)/connectors")).status == 200
    }
    try #require(answers, "\((try? String(contentsOfFile: folder.path("log"), encoding: .utf8))?.suffix(2000) ?? "")")
    return daemon
  }

  private func cdcctl(_ arguments: String...) throws -> Command.Result {
    try Command.run([Programs.cdcctl, "--url", "http://127.0.0.1:\(port)"] + arguments, environment: [:])
  }

  /// Ten SIGKILLs while 40,000 dead letters are replayed: each goes out once, in the order of its key.
  @Test func killsInTheMiddleOfAReplayLoseAndRepeatNothing() throws {
    let count: Int64 = 40_000
    try topics.park(0..<count, key: { "key-\($0 % 500)" }, value: { Array("{\"n\":\($0)}".utf8) })
    var progress: [Int] = [0]
    for _ in 1...10 {
      let daemon = try start()
      defer { daemon.kill() }
      let replay = try ChildProcess(
        [
          Programs.cdcctl, "--url", "http://127.0.0.1:\(port)", "dlq", "replay", topics.dlq, "--to", "topic", "--rate",
          "1000",
        ], environment: [:], output: folder.path("replay"))
      let before = progress.last ?? 0
      // From the first transaction on, at any moment.
      try eventually(within: .seconds(30), every: .milliseconds(20)) {
        try topics.deliveries(topics.dlq + ".status").count > before
      }
      usleep(UInt32.random(in: 0...300_000))
      daemon.kill()
      replay.wait()
      progress.append(try topics.deliveries(topics.dlq + ".status").count)
    }
    #expect(zip(progress, progress.dropFirst()).allSatisfy { $0 < $1 }, "each attempt got on: \(progress)")
    #expect((progress.last ?? 0) < count, "all kills were in the middle: \(progress)")

    let daemon = try start()
    defer { daemon.kill() }
    let last = try cdcctl("--output", "json", "dlq", "replay", topics.dlq, "--to", "topic")
    #expect(last.status == 0, "\(last.output)")
    let delivered = try topics.deliveries(topics.origin)
    #expect(Set(delivered.compactMap(\.origin)).count == Int(count), "none is lost")
    #expect(delivered.count == Int(count), "none comes twice")
    var latest: [String: Int64] = [:]
    for delivery in delivered {
      let origin = try #require(delivery.origin)
      #expect((latest[delivery.key] ?? -1) < origin, "the order of \(delivery.key)")
      #expect(delivery.partition == topics.partition(delivery.key))
      latest[delivery.key] = origin
    }
    #expect(try cdcctl("--output", "json", "dlq", "list", "--topic", topics.dlq).output == "[]\n")
  }

  /// A look, a mistake, the right change, and what is left is discarded.
  @Test func anOperatorMendsAndReplays() throws {
    let daemon = try start()
    defer { daemon.kill() }
    let (id, codec) = try registered()
    let encoded = { (offset: Int64) -> [UInt8] in
      let row: JSONValue = ["before": nil, "after": ["id": .integer(offset), "email": "no"], "op": "c"]
      return (try? [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) } + codec.encode(row)) ?? []
    }
    try topics.park(0..<3, key: { "\($0)" }, value: encoded)

    let list = try cdcctl("dlq", "list", "--topic", topics.dlq)
    #expect(list.output.contains("00000000000000aa") && list.output.contains("CDC-7003"), "\(list.output)")
    let shown = try cdcctl("--output", "json", "dlq", "show", topics.dlq, "-n", "5")
    let letters = try #require(try JSONValue(parsing: shown.output).array, "\(shown.output)")
    #expect(letters.count == 3)
    let second = try #require(letters.first { $0["origin"]?["offset"] == 1 })
    #expect(second["value"]?["after"]?["email"] == "no" && second["outcome"] == .null)
    let place = ["--partition", second["partition"]?.text ?? "", "--offset", second["offset"]?.text ?? ""]

    let replay = ["dlq", "replay", topics.dlq, "--to", "topic"] + place
    let url = [Programs.cdcctl, "--url", "http://127.0.0.1:\(port)"]
    let wrong = try Command.run(url + replay + ["--set", "/after/emial=\"a@b.c\""], environment: [:])
    #expect(wrong.status == 1 && wrong.output.contains("emial"), "\(wrong.output)")
    let type = try Command.run(url + replay + ["--set", "/after/email=7"], environment: [:])
    #expect(type.status == 1 && type.output.contains("CDC-6102"), "\(type.output)")
    let right = try Command.run(url + replay + ["--set", "/after/email=\"a@b.c\""], environment: [:])
    #expect(right.status == 0 && right.output == "matched 1, replayed 1, failed 0\n", "\(right.output)")
    let delivered = try topics.deliveries(topics.origin)
    #expect(delivered.map(\.origin) == [1])
    let value = try #require(delivered.first?.value)
    #expect(Array(value.prefix(5)) == Array(encoded(1).prefix(5)), "its own schema")
    #expect(try codec.decode(Array(value.dropFirst(5)))["after"]?["email"] == "a@b.c")

    let toSink = try cdcctl("dlq", "replay", topics.dlq)
    #expect(toSink.status == 4 && toSink.output.contains(topics.connector), "\(toSink.output)")
    let reason = ["--reason", "test data"]
    #expect(try Command.run(url + ["dlq", "discard", topics.dlq] + reason, environment: [:]).status == 2)
    let discard = try cdcctl(
      "dlq", "discard", topics.dlq, "--fingerprint", "00000000000000aa", "--reason", "test data")
    #expect(discard.status == 0 && discard.output == "matched 2, discarded 2, failed 0\n", "\(discard.output)")
    #expect(try cdcctl("dlq", "list", "--topic", topics.dlq).output == "no dead letters\n")
    let all = try JSONValue(parsing: try cdcctl("-o", "json", "dlq", "list", "--topic", topics.dlq, "--all").output)
    #expect(all.array?.first?["count"] == 3 && all.array?.first?["discarded"] == 2, "\(all)")
    #expect(try cdcctl("dlq", "show", "no-such-topic").status == 4)
  }

  /// A schema of the embedded registry, as an encoder would have registered it.
  private func registered() throws -> (id: Int32, ValueCodec) {
    let health = try HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)/health"))
    let url = try #require(try JSONValue(parsing: health.body)["schema_registry"]?["url"]?.string)
    let row = #"""
      {"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"email","type":["null","string"],"default":null}]}
      """#
    let text = #"""
      {"type":"record","name":"Envelope","fields":[{"name":"before","type":["null",\#(row)],"default":null},
      {"name":"after","type":["null","Value"],"default":null},{"name":"op","type":"string"}]}
      """#
    let body: JSONValue = ["schema": .string(text)]
    let answer = try HTTPClient().send(
      HTTPRequest(
        method: "POST", url: "\(url)/subjects/\(topics.origin)-value/versions",
        headers: [("Content-Type", "application/json")], body: body.utf8))
    let id = try #require(
      try JSONValue(parsing: answer.body)["id"]?.int, "\(String(decoding: answer.body, as: UTF8.self))")
    return (Int32(id), try ValueCodec(try Schema(parsing: text)))
  }
}
