extension ErrorCode {
  static let engine: [ErrorCode] = []
}
