internal import JSON

/// A command as a value: the parser, the help and the completeness test all read it.
struct Command: Sendable {
  /// An option that takes a value.
  struct Option: Sendable {
    /// Its long form, `--file`.
    var name: String
    /// Its short form, `-f`.
    var short: String?
    /// What its value is called in the help.
    var value: String
    /// What it does.
    var help: String
    var isRequired = false
  }

  /// The words that call it: `connector list`.
  var words: [String]
  /// What it does, for the list of commands.
  var help: String
  /// Names of its arguments; one in brackets may be left out.
  var arguments: [String] = []
  var options: [Option] = []
  /// Does it; what it throws is shown and decides the exit status.
  var action: @Sendable (Invocation) throws(Failure) -> Void

  var name: String { words.joined(separator: " ") }
}

/// A command with what the user gave it.
struct Invocation {
  let arguments: [String]
  let options: [String: String]
  let engine: EngineClient
  let output: Output

  /// An argument that the parser made sure of, or nil for one that was left out.
  func argument(_ index: Int) -> String? { index < arguments.count ? arguments[index] : nil }

  /// The first argument, which the command requires.
  var name: String { arguments.first ?? "" }
}

/// Why a command did not do what it was asked.
struct Failure: Error, Equatable {
  /// The exit statuses of the contract.
  enum Status: Int32 {
    case failed = 1
    case usage = 2
    case unreachable = 3
    case notFound = 4
  }

  var status: Status
  /// The HTTP status, or a word.
  var code: String
  var message: String

  static func usage(_ message: String) -> Failure { Failure(status: .usage, code: "usage", message: message) }
  static func failed(_ message: String) -> Failure { Failure(status: .failed, code: "failed", message: message) }
}
