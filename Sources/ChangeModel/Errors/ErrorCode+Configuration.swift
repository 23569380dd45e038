extension ErrorCode {
  static let configuration: [ErrorCode] = []
}
