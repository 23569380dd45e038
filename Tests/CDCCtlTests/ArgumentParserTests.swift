import JSON
import Testing

@testable import cdcctl

@Suite struct ArgumentParserTests {
  private func parse(_ line: String..., environment: [String: String] = [:]) throws -> ArgumentParser.Result {
    try ArgumentParser(commands: Command.all, environment: environment).parse(line)
  }

  @Test func commandsArgumentsOptions() throws {
    let result = try parse("tail", "crm.public.customers", "--from", "beginning", "-n", "3")
    #expect(result.command?.name == "tail")
    #expect(result.arguments == ["crm.public.customers"])
    #expect(result.options == ["--from": "beginning", "--count": "3"])
    #expect(result.globals.url == "http://127.0.0.1:8083")
    #expect(result.globals.format == .table)
  }

  @Test func optionsStandAnywhere() throws {
    let result = try parse("--url=http://h:1", "connector", "-ojson", "show", "x", "--output", "table")
    #expect(result.command?.name == "connector show")
    #expect(result.arguments == ["x"])
    #expect(result.globals.url == "http://h:1" && result.globals.format == .table)
    #expect(try parse("tail", "t", "-n5").options == ["--count": "5"])
    #expect(try parse("connector", "show", "--", "-x").arguments == ["-x"])
  }

  @Test func theEnvironmentsAddress() throws {
    #expect(try parse("health", environment: ["CDCCTL_URL": "http://e:1"]).globals.url == "http://e:1")
    #expect(
      try parse("health", "--url", "http://o:1", environment: ["CDCCTL_URL": "http://e:1"]).globals.url == "http://o:1")
    #expect(try parse("health", environment: ["CDCCTL_URL": ""]).globals.url == "http://127.0.0.1:8083")
  }

  @Test(arguments: [
    ("", "a command is missing; 'cdcctl help' lists them"),
    (
      "connector",
      "'connector' needs one of: list, show, config, status, offsets, create, apply, delete, validate, start, resume, pause, stop, restart"
    ),
    ("conector list", "there is no command 'conector list'; did you mean 'connector list'?"),
    ("connector lst", "there is no command 'connector lst'; did you mean 'connector list'?"),
    ("conector", "there is no command 'conector'; did you mean 'connector'?"),
    ("nonsense", "there is no command 'nonsense'"),
    ("connector show", "NAME is missing"),
    ("connector show a b", "'b' is one argument too many"),
    ("connector create", "the option -f (--file) is missing"),
    ("connector create -f", "the option -f needs a value: FILE"),
    ("connector list -n 1", "the option --count is not one of 'connector list'"),
    ("connector list --loud", "there is no option --loud"),
    ("connector list --help=1", "the option --help takes no value"),
    ("health --output xml", "--output must be table or json, not 'xml'"),
    ("tail t --from middle", "--from must be beginning or end, not 'middle'"),
    ("tail t -n x", "-n must be a whole number above 0, not 'x'"),
    ("tail t -n 0", "-n must be a whole number above 0, not '0'"),
    ("nothing here", "there is no command 'nothing here'"),
  ])
  func mistakes(line: String, message: String) {
    let run = Run(line)
    #expect(run.status == 2)
    #expect(run.error.split(separator: "\n").first.map(String.init) == "cdcctl: " + message)
    #expect(run.out.isEmpty && run.requests.isEmpty)
  }

  @Test func mistakesAsJSON() {
    for line in ["connector show -o json", "--output=json nonsense --loud", "connector show --output json a b"] {
      let run = Run(line)
      #expect(run.status == 2 && run.out.isEmpty)
      #expect(run.errorJSON?["error"]?["code"] == "usage")
    }
  }

  @Test func anEmptyName() {
    #expect(Run(["connector", "delete", ""]).error.hasPrefix("cdcctl: NAME is empty"))
  }

  @Test func everyCommandIsWhole() {
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
    for command in Command.all {
      #expect(!command.summary.isEmpty)
      let optional = command.arguments.dropLast().filter { !$0.isRequired }
      #expect(optional.isEmpty)
    }
  }
}

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "ab", 2), ("list", "lst", 1), ("tail", "tial", 2), ("same", "same", 0),
  ])
  func distances(one: String, other: String, distance: Int) {
    #expect(EditDistance.between(one, other) == distance)
  }
}
