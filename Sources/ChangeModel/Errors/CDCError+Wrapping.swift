extension CDCError {
  /// `error` itself, or, where it is of another type, as an unexpected error of the engine.
  public init(wrapping error: any Error) {
    if let own = error as? CDCError {
      self = own
    } else {
      self.init(.unexpected, "an error came up that the engine has no better word for", cause: "\(error)")
    }
  }
}
