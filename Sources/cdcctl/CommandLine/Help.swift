/// The help texts, made from the commands' declarations.
enum Help {
  /// Of everything, or of a group such as `connector`.
  static func overview(_ commands: [Command], group: [String]) -> String {
    let shown = commands.filter { $0.path.starts(with: group) }
    let title = group.isEmpty ? "cdcctl: the client of cdcd" : "cdcctl \(group.joined(separator: " "))"
    let usage = (["cdcctl", "[OPTIONS]"] + group + ["COMMAND"]).joined(separator: " ")
    return """
      \(title)

      Usage: \(usage)

      Commands:
      \(columns(shown.map { (synopsis($0, withOptions: false), $0.summary) }))

      Options of every command:
      \(columns(GlobalOptions.options.map(line)))

      Exit status: 0 done, 1 the operation failed, 2 usage, 3 the engine can't be reached, 4 not found.
      'cdcctl help COMMAND' says more about one.

      """
  }

  /// Of one command.
  static func text(_ command: Command) -> String {
    let own = command.options.isEmpty ? "" : "\nOptions:\n" + columns(command.options.map(line)) + "\n"
    return """
      \(command.summary)

      Usage: cdcctl \(synopsis(command, withOptions: true))
      \(own)
      Options of every command:
      \(columns(GlobalOptions.options.map(line)))

      """
  }

  /// `connector create -f FILE`.
  static func synopsis(_ command: Command, withOptions: Bool) -> String {
    var words = command.path
    for argument in command.arguments { words.append(argument.isRequired ? argument.name : "[\(argument.name)]") }
    for option in command.options where withOptions || option.isRequired {
      let spelled = [option.short ?? option.name, option.value].compactMap { $0 }.joined(separator: " ")
      words.append((option.isRequired ? spelled : "[\(spelled)]") + (option.repeats ? "..." : ""))
    }
    return words.joined(separator: " ")
  }

  private static func line(_ option: Command.Option) -> (String, String) {
    let names = [option.short, option.name].compactMap { $0 }.joined(separator: ", ")
    return (option.value.map { "\(names) \($0)" } ?? names, option.help)
  }

  private static func columns(_ lines: [(String, String)]) -> String {
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { name, text in
      "  " + name + String(repeating: " ", count: width - name.count + 3) + text
    }.joined(separator: "\n")
  }
}
