internal import Glibc

/// The client of the engine's REST interface.
@main struct CDCCtl {
  /// The version of this program.
  static let version = "0.1.0"

  static func main() {
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    do throws(Failure) { try run(words) } catch {
      let isJSON =
        words.contains("json") && (words.contains("--output") || words.contains("-o"))
        || words.contains("--output=json")
      Output.fail(error, isJSON ? .json : .table)
      exit(error.status.rawValue)
    }
  }

  static func run(_ words: [String]) throws(Failure) {
    switch try CommandLineParser(commands: Commands.all).parse(words) {
    case .help(let text): print(text)
    case .version: print("cdcctl \(version)")
    case .run(let command, let arguments, let options, let globals):
      let url = globals.url ?? environment("CDCCTL_URL") ?? "http://127.0.0.1:8083"
      try command.action(
        Invocation(
          arguments: arguments, options: options, engine: EngineClient(url: url), output: Output(format: globals.output)
        ))
    }
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}
