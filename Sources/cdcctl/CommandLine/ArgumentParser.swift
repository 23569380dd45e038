/// Reads a command line by the commands' declarations. Options may stand anywhere, `--name=value` and `-nvalue` too;
/// behind `--` everything is an argument.
struct ArgumentParser {
  /// What a command line asks for.
  struct Result {
    /// The command; nil: help was asked for words that are none (all commands, or a group of them).
    var command: Command?
    /// The words that were given, for the help of a group.
    var words: [String]
    var arguments: [String] = []
    var options: [String: String] = [:]
    /// All values of the options that may be given more than once, in order.
    var repeated: [String: [String]] = [:]
    var globals: GlobalOptions
  }

  let commands: [Command]
  let environment: [String: String]

  func parse(_ line: [String]) throws(Failure) -> Result {
    var globals = GlobalOptions(environment: environment)
    // The format first, so that every later mistake is told in it.
    let words = try Self.words(in: line, options: allOptions)
    let command = longestMatch(words.texts)
    let known = GlobalOptions.options + (command?.options ?? [])
    var options: [String: String] = [:]
    var repeated: [String: [String]] = [:]
    for (option, value) in try Self.words(in: line, options: known + allOptions).options {
      guard let own = known.first(where: { $0.name == option.name }) else {
        throw .usage("the option \(option.name) is not one of \(command.map { "'\($0.name)'" } ?? "cdcctl")", command)
      }
      guard own.choices.isEmpty || own.choices.contains(value) else {
        throw .usage("\(own.name) must be \(own.choices.joined(separator: " or ")), not '\(value)'", command)
      }
      if GlobalOptions.options.contains(where: { $0.name == own.name }) {
        globals.set(own.name, value)
      } else {
        options[own.name] = value
        if own.repeats { repeated[own.name, default: []].append(value) }
      }
    }
    if globals.wantsVersion { return Result(command: nil, words: [], globals: globals) }
    guard let command else { return try help(words.texts, globals) }
    let arguments = Array(words.texts.dropFirst(command.path.count))
    if !globals.wantsHelp { try check(command, arguments, options) }
    return Result(
      command: command, words: words.texts, arguments: arguments, options: options, repeated: repeated,
      globals: globals)
  }

  /// The format that a command line asks for, however wrong the rest of it is.
  static func format(of line: [String]) -> GlobalOptions.Format {
    for (index, word) in line.enumerated() {
      if word == "--output=json" || word == "-ojson" { return .json }
      if word == "--output" || word == "-o", index + 1 < line.count, line[index + 1] == "json" { return .json }
    }
    return .table
  }

  private var allOptions: [Command.Option] { GlobalOptions.options + commands.flatMap(\.options) }

  /// The command whose words the line begins with.
  private func longestMatch(_ words: [String]) -> Command? {
    commands.filter { words.starts(with: $0.path) }.max { $0.path.count < $1.path.count }
  }

  private func help(_ words: [String], _ globals: GlobalOptions) throws(Failure) -> Result {
    let path = words.first == "help" ? Array(words.dropFirst()) : words
    var globals = globals
    if let command = longestMatch(path), words.first == "help" {
      globals.wantsHelp = true
      return Result(command: command, words: path, globals: globals)
    }
    let isGroup = commands.contains { $0.path.starts(with: path) }
    if isGroup, globals.wantsHelp || words.first == "help" {
      globals.wantsHelp = true
      return Result(command: nil, words: path, globals: globals)
    }
    if words.isEmpty { throw .usage("a command is missing; 'cdcctl help' lists them", nil) }
    if isGroup { throw .usage("'\(path.joined(separator: " "))' needs one of: \(members(of: path))", nil) }
    let near = nearest(to: path)
    throw .usage(
      "there is no command '\(path.joined(separator: " "))'" + (near.map { "; did you mean '\($0)'?" } ?? ""), nil)
  }

  private func members(of path: [String]) -> String {
    commands.filter { $0.path.starts(with: path) }.map { $0.path.dropFirst(path.count).joined(separator: " ") }
      .joined(separator: ", ")
  }

  /// The command or group that is meant, if one is written almost so.
  private func nearest(to path: [String]) -> String? {
    let given = path.prefix(2).joined(separator: " ")
    let names = commands.map(\.name) + commands.map { $0.path[0] }
    let best = names.map { (name: $0, distance: EditDistance.between($0, given)) }.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= 2 ? $0.name : nil }
  }

  private func check(_ command: Command, _ arguments: [String], _ options: [String: String]) throws(Failure) {
    let required = command.arguments.filter(\.isRequired)
    if arguments.count < required.count {
      throw .usage("\(required[arguments.count].name) is missing", command)
    }
    if arguments.count > command.arguments.count {
      throw .usage("'\(arguments[command.arguments.count])' is one argument too many", command)
    }
    if let empty = zip(arguments, command.arguments).first(where: { $0.0.isEmpty }) {
      throw .usage("\(empty.1.name) is empty", command)
    }
    for option in command.options where option.isRequired && options[option.name] == nil {
      let spelling = option.short.map { "\($0) (\(option.name))" } ?? option.name
      throw .usage("the option \(spelling) is missing", command)
    }
  }

  /// Sorts a line into plain words and options.
  private static func words(
    in line: [String], options known: [Command.Option]
  ) throws(Failure) -> (texts: [String], options: [(option: Command.Option, value: String)]) {
    var texts: [String] = []
    var options: [(option: Command.Option, value: String)] = []
    var rest = line[...]
    while let word = rest.popFirst() {
      if word == "--" {
        texts.append(contentsOf: rest)
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        texts.append(word)
        continue
      }
      let (spelling, attached) = split(word)
      guard let option = known.first(where: { $0.name == spelling || $0.short == spelling }) else {
        throw .usage("there is no option \(spelling)", nil)
      }
      if option.value == nil {
        guard attached == nil else { throw .usage("the option \(spelling) takes no value", nil) }
        options.append((option, ""))
      } else if let value = attached ?? rest.popFirst() {
        options.append((option, value))
      } else {
        throw .usage("the option \(spelling) needs a value: \(option.value ?? "")", nil)
      }
    }
    return (texts, options)
  }

  /// `--name=value` and `-nvalue` in two.
  private static func split(_ word: String) -> (spelling: String, value: String?) {
    if word.hasPrefix("--") {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
    }
    let letters = word.prefix(2)
    return (String(letters), word.count > 2 ? String(word.dropFirst(2)) : nil)
  }
}
