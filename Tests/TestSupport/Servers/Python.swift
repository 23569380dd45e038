internal import Foundation

/// The Python interpreter with the packages of `scripts/python-packages.txt`, named by `MARTINET_TEST_PYTHON`.
public enum Python {
  /// Its path; nil: not there.
  public static let interpreter: String? = {
    let named = ProcessInfo.processInfo.environment["MARTINET_TEST_PYTHON"] ?? ""
    guard !named.isEmpty, FileManager.default.isExecutableFile(atPath: named) else { return nil }
    return named
  }()

  /// Whether it is there and has what tests import.
  public static let isAvailable: Bool = {
    guard let interpreter else { return false }
    let result = try? Command.run([
      interpreter, "-c", "import boto3, fastavro, confluent_kafka.schema_registry.avro, moto, yaml",
    ])
    return result?.status == 0
  }()

  /// Runs a script that has to succeed and returns what it wrote.
  @discardableResult public static func run(
    _ script: String, _ arguments: [String] = [], input: String? = nil, environment: [String: String] = [:],
    patience: Duration = .seconds(120)
  ) throws -> String {
    guard let interpreter else { throw TestSupportError(Availability.pythonHint) }
    return try Command.check(
      [interpreter, "-c", script] + arguments, environment: environment, input: input, patience: patience)
  }
}
