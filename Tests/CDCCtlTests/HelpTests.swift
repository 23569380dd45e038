import JSON
import Testing

@testable import cdcctl

@Suite struct HelpTests {
  @Test func overview() {
    let text = """
      cdcctl: the client of cdcd

      Usage: cdcctl [OPTIONS] COMMAND

      Commands:
        connector list                  List all connectors with their states
        connector show NAME             Show a connector: its class, states, tasks and configuration
        connector config NAME           Show a connector's configuration as it was put
        connector status [NAME]         Show states and errors of a connector and its tasks, or of all
        connector offsets NAME          Show how far a connector has come
        connector create -f FILE        Create a connector; an existing one is an error
        connector apply -f FILE|DIR     Create or change connectors from a file, or from a folder's .json files
        connector delete NAME           Delete a connector
        connector validate -f FILE      Check a configuration key by key without storing it
        connector start NAME            Start a stopped or paused connector
        connector resume NAME           Go on with a paused connector
        connector pause NAME            Let a connector rest; it keeps its tasks and connections
        connector stop NAME             Stop a connector; it gives back its tasks and connections
        connector restart NAME          Restart a connector and its tasks
        topic list                      List Kafka's topics
        topic apply -f FILE             Create and change topics as a file wants them
        tail TOPIC                      Print a topic's events as JSON lines, decoded, as they come
        dlq list                        List dead letters by topic and cause
        dlq show DLQ                    Show dead letters decoded, with reason and origin
        dlq replay DLQ                  Send dead letters through again, each at most once
        dlq discard DLQ --reason TEXT   Settle dead letters without a replay
        health                          Show whether the engine is well; exit status 1 if it is not
        version                         Show the versions of cdcctl and of the engine

      Options of every command:
        --url URL             the engine (default http://127.0.0.1:8083, or CDCCTL_URL)
        -o, --output FORMAT   table (default) or json
        -h, --help            this help
        -V, --version         the version of cdcctl

      Exit status: 0 done, 1 the operation failed, 2 usage, 3 the engine can't be reached, 4 not found.
      'cdcctl help COMMAND' says more about one.

      """
    for line in ["--help", "-h", "help", "help --output json"] {
      let run = Run(line)
      #expect(run.status == 0 && run.out == text && run.error.isEmpty)
    }
  }

  @Test func ofACommand() {
    let text = """
      Print a topic's events as JSON lines, decoded, as they come

      Usage: cdcctl tail TOPIC [--from WHERE] [-n N]

      Options:
        --from WHERE    where to begin (default end)
        -n, --count N   stop after N events

      Options of every command:
        --url URL             the engine (default http://127.0.0.1:8083, or CDCCTL_URL)
        -o, --output FORMAT   table (default) or json
        -h, --help            this help
        -V, --version         the version of cdcctl

      """
    for line in ["tail --help", "help tail", "tail x -h"] {
      let run = Run(line)
      #expect(run.status == 0 && run.out == text)
    }
  }

  @Test func version() {
    for line in ["--version", "-V", "connector list --version"] {
      let run = Run(line)
      #expect(run.status == 0 && run.out == "cdcctl \(Version.current)\n" && run.requests.isEmpty)
    }
    #expect(Run("--version -o json").json?["version"]?.string == Version.current)
  }

  @Test func ofAGroup() {
    let run = Run("topic --help")
    #expect(run.status == 0)
    #expect(run.out.contains("Usage: cdcctl [OPTIONS] topic COMMAND"))
    #expect(run.out.contains("topic list") && !run.out.contains("connector list"))
  }

  @Test func aMistakeShowsTheUsage() {
    #expect(
      Run("connector create").error
        == "cdcctl: the option -f (--file) is missing\nUsage: cdcctl connector create -f FILE\n")
  }
}
