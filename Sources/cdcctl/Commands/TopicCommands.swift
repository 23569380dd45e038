internal import JSON

/// Commands about topics and their records.
enum TopicCommands {
  static let all: [Command] = [
    Command(words: ["topic", "list"], help: "lists Kafka's topics") { call throws(Failure) in
      let topics = try call.engine.call("GET", "/topics")
      call.output.show(topics) {
        Output.table(
          ["topic", "partitions", "replicas"],
          (topics.array ?? []).map {
            [$0["name"]?.string ?? "", $0["partitions"]?.text ?? "", $0["replication"]?.text ?? ""]
          })
      }
    },
    Command(
      words: ["tail"], help: "shows a topic's records, decoded, as JSON lines; goes on until Ctrl-C or -n records",
      arguments: ["TOPIC"],
      options: [
        Command.Option(name: "--from", value: "beginning|end", help: "where to begin (end)"),
        Command.Option(name: "--count", short: "-n", value: "N", help: "how many records to show"),
      ], action: tail),
  ]

  private static func tail(_ call: Invocation) throws(Failure) {
    let from = call.options["--from"] ?? "end"
    guard ["beginning", "end"].contains(from) else { throw .usage("--from is beginning or end, not \(from)") }
    var path = "/topics/\(EngineClient.escape(call.name))/records?from=\(from)&follow=true"
    if let text = call.options["--count"] {
      guard let count = Int(text), count > 0 else { throw .usage("-n needs a number above 0, not \(text)") }
      path += "&limit=\(count)"
    }
    try call.engine.stream(path) { Output.raw($0 + [0x0A]) }
  }
}
