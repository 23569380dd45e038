/// What the command line asks for.
enum Arguments: Equatable {
  /// Run the engine with this configuration file; nil: the defaults and the environment.
  case run(config: String?)
  /// Print the version.
  case version
  /// Print the help.
  case help

  /// Why a command line can't be used.
  struct Problem: Error, Equatable {
    var message: String
  }

  static let usage = """
    cdcd: Martinet's engine, in the foreground

    usage: cdcd --config FILE
           cdcd --version | --help

    --config FILE   the engine's configuration, YAML or JSON; every key can be overridden by an environment
                    variable (http.listen by CDC_HTTP_LISTEN, kafka by CDC_KAFKA, …)
    --version       prints the version
    --help          prints this text

    Exit status: 0 ended by SIGTERM or SIGINT, 2 bad configuration or command line, 3 Kafka can't be reached at the
    start, 1 anything else.
    """

  /// Reads the words behind the program's name.
  init(_ words: [String]) throws(Problem) {
    var rest = words[...]
    self = .run(config: nil)
    while let word = rest.popFirst() {
      switch word {
      case "--version", "-V": self = .version
      case "--help", "-h": self = .help
      case "--config", "-c":
        guard let file = rest.popFirst() else { throw Problem(message: "--config needs a file") }
        self = .run(config: file)
      case let word where word.hasPrefix("--config="):
        self = .run(config: String(word.dropFirst("--config=".count)))
      default: throw Problem(message: "unknown argument \(word)")
      }
    }
  }
}
