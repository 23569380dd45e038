extension Command {
  /// Every command, in the order of the help.
  static let all: [Command] =
    ConnectorCommands.reading + ConnectorCommands.writing + ConnectorCommands.states + TopicCommands.all
    + DeadLetterCommands.all + EngineCommands.all
}

extension [Command.Argument] {
  /// One connector's name.
  static let connector = [Command.Argument(name: "NAME")]
}
