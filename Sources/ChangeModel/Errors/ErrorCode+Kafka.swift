extension ErrorCode {
  static let kafka: [ErrorCode] = []
}
