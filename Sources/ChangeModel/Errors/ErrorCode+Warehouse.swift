extension ErrorCode {
  static let warehouse: [ErrorCode] = []
}
