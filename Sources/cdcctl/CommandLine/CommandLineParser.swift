/// Finds the command in the words of a command line, with its arguments and options.
struct CommandLineParser {
  /// What a command line asks for.
  enum Request {
    case run(Command, arguments: [String], options: [String: String], globals: Globals)
    case help(String)
    case version
  }

  /// Options that every command has.
  struct Globals: Equatable {
    var url: String?
    var output = Output.Format.table
  }

  let commands: [Command]

  func parse(_ words: [String]) throws(Failure) -> Request {
    var globals = Globals()
    var rest: [String] = []
    var index = 0
    while index < words.count {
      let (name, inline) = Self.split(words[index])
      switch name {
      case "--url", "--output", "-o":
        let value = try Self.value(inline, after: &index, in: words)
        if name == "--url" { globals.url = value } else { globals.output = try Self.format(value) }
      case "--version": return .version
      default: rest.append(words[index])
      }
      index += 1
    }
    let wantsHelp = rest.contains { $0 == "--help" || $0 == "-h" }
    rest.removeAll { $0 == "--help" || $0 == "-h" }
    if rest.first == "help" { return .help(HelpText.of(Array(rest.dropFirst()), commands)) }
    guard let command = command(rest) else {
      if wantsHelp || rest.isEmpty { return .help(HelpText.of(rest, commands)) }
      throw .usage("there is no command \"\(rest.prefix(2).joined(separator: " "))\"; cdcctl --help lists them")
    }
    if wantsHelp { return .help(HelpText.of(command)) }
    let (arguments, options) = try Self.read(Array(rest.dropFirst(command.words.count)), command)
    return .run(command, arguments: arguments, options: options, globals: globals)
  }

  private func command(_ words: [String]) -> Command? {
    commands.filter { words.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
  }

  private static func read(_ words: [String], _ command: Command) throws(Failure) -> ([String], [String: String]) {
    var arguments: [String] = []
    var options: [String: String] = [:]
    var index = 0
    while index < words.count {
      let (name, inline) = split(words[index])
      if name.hasPrefix("-"), name != "-" {
        guard let option = command.options.first(where: { $0.name == name || $0.short == name }) else {
          throw .usage("\(command.name) has no option \(name)")
        }
        options[option.name] = try value(inline, after: &index, in: words)
      } else {
        arguments.append(words[index])
      }
      index += 1
    }
    let required = command.arguments.filter { !$0.hasPrefix("[") }
    if arguments.count < required.count { throw .usage("\(command.name) needs \(required[arguments.count])") }
    if arguments.count > command.arguments.count {
      throw .usage("\(command.name) has no use for \"\(arguments[command.arguments.count])\"")
    }
    if let missing = command.options.first(where: { $0.isRequired && options[$0.name] == nil }) {
      throw .usage("\(command.name) needs \(missing.short ?? missing.name) \(missing.value)")
    }
    return (arguments, options)
  }

  /// `--name=value` in its two parts.
  private static func split(_ word: String) -> (name: String, value: String?) {
    guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  private static func value(_ inline: String?, after index: inout Int, in words: [String]) throws(Failure) -> String {
    if let inline { return inline }
    guard index + 1 < words.count else { throw .usage("\(words[index]) needs a value") }
    index += 1
    return words[index]
  }

  private static func format(_ text: String) throws(Failure) -> Output.Format {
    guard let format = Output.Format(rawValue: text) else { throw .usage("--output is table or json, not \(text)") }
    return format
  }
}
