/// Help, made from the commands' declarations.
enum HelpText {
  /// The list of the commands that begin with `words`, or of all.
  static func of(_ words: [String], _ commands: [Command]) -> String {
    if let exact = commands.first(where: { $0.words == words }) { return of(exact) }
    let group = commands.filter { $0.words.starts(with: words) }
    let listed = group.isEmpty ? commands : group
    return """
      usage: cdcctl [--url URL] [--output table|json] COMMAND

      \(rows(listed.map { (usage($0), $0.help) }))

      --url URL       the engine's REST address; CDCCTL_URL, else http://127.0.0.1:8083
      --output FORMAT table, for people, or json, for programs
      --help          help for a command
      --version       prints the version

      Exit status: 0 done, 1 the operation failed, 2 usage, 3 the engine can't be reached, 4 not found.
      """
  }

  /// One command.
  static func of(_ command: Command) -> String {
    var text = "usage: cdcctl \(usage(command))\n\n\(command.help)"
    if !command.options.isEmpty {
      text +=
        "\n\n" + rows(command.options.map { ("\($0.short.map { "\($0), " } ?? "")\($0.name) \($0.value)", $0.help) })
    }
    return text
  }

  static func usage(_ command: Command) -> String {
    let options = command.options.map { option in
      let text = "\(option.short ?? option.name) \(option.value)"
      return option.isRequired ? text : "[\(text)]"
    }
    return ([command.name] + command.arguments + options).joined(separator: " ")
  }

  private static func rows(_ pairs: [(String, String)]) -> String {
    let width = pairs.map(\.0.count).max() ?? 0
    return pairs.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" }.joined(
      separator: "\n")
  }
}
