/// A query's parameters.
struct QueryParameters: Sendable {
  private let parameters: [(String, String)]

  init(_ parameters: [(String, String)]) { self.parameters = parameters }

  /// The first value of this name.
  func first(_ name: String) -> String? { parameters.first { $0.0 == name }?.1 }

  /// All values of this name.
  func all(_ name: String) -> [String] { parameters.filter { $0.0 == name }.map(\.1) }

  /// A flag as Java reads it: `true` in any case of letters is true, anything else is false.
  func flag(_ name: String, default byDefault: Bool) -> Bool {
    guard let value = first(name), !value.isEmpty else { return byDefault }
    return value.lowercased() == "true"
  }
}
