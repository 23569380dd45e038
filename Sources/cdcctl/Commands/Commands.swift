/// All commands, in the order of the help.
enum Commands {
  static let all: [Command] =
    ConnectorCommands.all + ConnectorStateCommands.all + TopicCommands.all + EngineCommands.all
}
