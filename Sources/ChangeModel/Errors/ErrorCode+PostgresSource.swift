extension ErrorCode {
  static let postgresSource: [ErrorCode] = []
}
