internal import Glibc
internal import JSON

/// The client of cdcd.
@main
struct CDCCtl {
  /// All commands.
  var commands = Command.all
  /// The process's environment.
  var environment: [String: String]
  /// Where to print.
  var console: any Console
  /// Makes a connection to the engine at an address.
  var connect: @Sendable (_ url: String) -> any Transport

  static func main() {
    // Output that nobody reads any more ends a command quietly, not with a signal.
    signal(SIGPIPE, SIG_IGN)
    var environment: [String: String] = [:]
    if let url = getenv("CDCCTL_URL") { environment["CDCCTL_URL"] = String(cString: url) }
    let program = CDCCtl(environment: environment, console: StandardConsole(), connect: { HTTPTransport(url: $0) })
    exit(program.run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs a command line and returns the exit status.
  func run(_ line: [String]) -> Int32 {
    var format = ArgumentParser.format(of: line)
    var running: Command?
    do throws(Failure) {
      let parsed = try ArgumentParser(commands: commands, environment: environment).parse(line)
      format = parsed.globals.format
      if parsed.globals.wantsVersion {
        console.print(Report("cdcctl \(Version.current)\n", json: ["version": .string(Version.current)]), format)
        return 0
      }
      if parsed.globals.wantsHelp {
        console.write(Array(help(parsed).utf8))
        return 0
      }
      guard let command = parsed.command else { return 0 }
      running = command
      let url = parsed.globals.url
      let console = console
      let report = try command.run(
        Invocation(
          arguments: parsed.arguments, options: parsed.options, repeated: parsed.repeated,
          engine: EngineClient(url: Printable.address(url), transport: connect(url)),
          printLine: { console.write($0 + [0x0A]) }))
      console.print(report, format)
      return 0
    } catch {
      if let report = error.report { console.print(report, format) }
      var failure = error
      if failure.status == .usage, failure.command == nil { failure.command = running }
      console.print(failure, format)
      return error.status.rawValue
    }
  }

  private func help(_ parsed: ArgumentParser.Result) -> String {
    parsed.command.map(Help.text) ?? Help.overview(commands, group: parsed.words)
  }
}
