/// The options that every command takes.
struct GlobalOptions: Sendable, Equatable {
  /// How results are printed.
  enum Format: String, Sendable, CaseIterable { case table, json }

  /// The engine's address.
  var url: String
  /// How results are printed.
  var format: Format = .table
  /// Whether help was asked for instead.
  var wantsHelp = false
  /// Whether only the version was asked for.
  var wantsVersion = false

  /// The defaults; the environment's `CDCCTL_URL` is the address if it is set.
  init(environment: [String: String]) {
    let given = environment["CDCCTL_URL"] ?? ""
    url = given.isEmpty ? "http://127.0.0.1:8083" : given
  }

  /// As the parser and the help know them.
  static let options: [Command.Option] = [
    Command.Option(
      name: "--url", value: "URL", help: "the engine (default http://127.0.0.1:8083, or CDCCTL_URL)"),
    Command.Option(
      name: "--output", short: "-o", value: "FORMAT", choices: Format.allCases.map(\.rawValue),
      help: "table (default) or json"),
    Command.Option(name: "--help", short: "-h", help: "this help"),
    Command.Option(name: "--version", short: "-V", help: "the version of cdcctl"),
  ]

  mutating func set(_ option: String, _ value: String) {
    switch option {
    case "--url": url = value
    case "--output": format = Format(rawValue: value) ?? format
    case "--help": wantsHelp = true
    case "--version": wantsVersion = true
    default: break
    }
  }
}
