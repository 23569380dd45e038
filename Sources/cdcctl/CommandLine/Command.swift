/// A command of cdcctl: what it is called, what it takes, what it says about itself, what it does. Parsing, help and
/// dispatch all come from these values.
struct Command: Sendable {
  /// A positional argument.
  struct Argument: Sendable {
    /// As the help shows it: `NAME`.
    var name: String
    /// Whether it must be given.
    var isRequired = true
  }

  /// An option.
  struct Option: Sendable {
    /// As it is written: `--from`.
    var name: String
    /// Another spelling: `-n`.
    var short: String?
    /// What its value is called in the help; nil: a flag without a value.
    var value: String?
    /// The values that it takes; empty: all.
    var choices: [String] = []
    /// Whether it must be given.
    var isRequired = false
    /// Whether it may be given more than once.
    var repeats = false
    /// What it does, in a few words.
    var help: String
  }

  /// The words that call it: `connector`, `list`.
  var path: [String]
  /// What it does, in one line.
  var summary: String
  /// Its positional arguments in order; only the last may be optional.
  var arguments: [Argument] = []
  /// Its own options.
  var options: [Option] = []
  /// Does it, and says what to print.
  var run: @Sendable (Invocation) throws(Failure) -> Report

  /// `connector list`.
  var name: String { path.joined(separator: " ") }
}

/// A command line that was understood: what a command needs to run.
struct Invocation: Sendable {
  /// The positional arguments.
  var arguments: [String] = []
  /// The options that were given, by their long name; a flag has an empty value.
  var options: [String: String] = [:]
  /// All values of the options that may be given more than once, in order.
  var repeated: [String: [String]] = [:]
  /// The engine.
  var engine: EngineClient
  /// Prints a line at once, for commands whose output has no end. False: nobody reads any more.
  var printLine: @Sendable ([UInt8]) -> Bool = { _ in false }
}

extension Command.Option {
  /// The configuration's file, or folder.
  static func file(_ value: String = "FILE") -> Command.Option {
    Command.Option(name: "--file", short: "-f", value: value, isRequired: true, help: "the configuration (JSON)")
  }
}
