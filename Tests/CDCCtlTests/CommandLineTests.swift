import JSON
import Testing

@testable import cdcctl

@Suite struct CommandLineTests {
  private let parser = CommandLineParser(commands: Commands.all)

  private func failure(_ words: [String]) -> Failure? {
    do { _ = try parser.parse(words) } catch { return error }
    return nil
  }

  @Test func wordsFindTheirCommand() throws {
    guard
      case .run(let command, let arguments, let options, let globals) = try parser.parse([
        "--url", "http://x:1", "tail", "t", "-n", "3", "--from=end", "--output", "json",
      ])
    else {
      Issue.record("no command")
      return
    }
    #expect(command.name == "tail")
    #expect(arguments == ["t"])
    #expect(options == ["--count": "3", "--from": "end"])
    #expect(globals == .init(url: "http://x:1", output: .json))
  }

  @Test(arguments: [
    (["connector", "lst"], "no command"), (["connector", "show"], "needs NAME"),
    (["connector", "show", "a", "b"], "no use"),
    (["connector", "create"], "-f FILE"), (["tail", "t", "--fast"], "no option"),
    (["tail", "t", "-n"], "needs a value"),
    (["health", "--output", "xml"], "table or json"),
  ]) func mistakesAreUsageErrors(_ words: [String], _ part: String) {
    let failure = failure(words)
    #expect(failure?.status == .usage)
    #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "none")")
  }

  @Test func helpListsEveryCommand() throws {
    guard case .help(let text) = try parser.parse([]) else {
      Issue.record("no help")
      return
    }
    for command in Commands.all { #expect(text.contains("  \(command.name)")) }
    guard case .help(let one) = try parser.parse(["connector", "create", "--help"]) else {
      Issue.record("no help")
      return
    }
    #expect(
      one
        == "usage: cdcctl connector create -f FILE\n\ncreates a connector\n\n  -f, --file FILE  the connector's configuration, JSON; - is standard input"
    )
  }

  @Test func namesAreOfOneKind() {
    let names = Commands.all.map(\.name)
    #expect(Set(names).count == names.count)
    for command in Commands.all { #expect(!command.help.isEmpty && command.help.first?.isLowercase == true) }
  }

  @Test func tablesAlign() {
    #expect(Output.table(["name", "lag"], [["a", "1"], ["longer", ""]]) == "NAME    LAG\na       1\nlonger")
  }

  @Test func statesAndErrorsAreShown() throws {
    let status = try JSONValue(
      parsing: #"""
        {"name":"c","connector":{"state":"RUNNING"},"tasks":[{"id":0,"state":"FAILED","trace":"CDC-1: no"}],"type":"sink"}
        """#)
    let health = try JSONValue(parsing: #"{"state":"FAILED","lag_records":7,"notices":["left out"]}"#)
    #expect(
      ConnectorTable.details(status, health)
        == "c: FAILED\n  task 0: FAILED\n    CDC-1: no\n  lag: 7 records\n  notice: left out")
  }

  @Test func segmentsAreEscaped() {
    #expect(EngineClient.escape("a b/ü?") == "a%20b%2F%C3%BC%3F")
  }

  @Test func anUnreachableEngineIsNamed() {
    let client = EngineClient(url: "http://127.0.0.1:1/")
    do {
      try client.call("GET", "/connectors")
      Issue.record("it answered")
    } catch {
      #expect(error.status == .unreachable)
      #expect(error.message.contains("http://127.0.0.1:1"))
    }
  }
}
