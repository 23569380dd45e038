/// A program that is run to its end.
public enum Command {
  /// What a program left: its exit status and what it wrote (both streams).
  public struct Result: Sendable {
    /// The exit status; 128 and more: ended by a signal.
    public let status: Int32
    /// Standard output and standard error.
    public let output: String
  }

  /// Runs a program and returns what it left; throws only if it can't be started or does not end within `patience`.
  public static func run(
    _ arguments: [String], environment: [String: String] = [:], directory: String? = nil, input: String? = nil,
    patience: Duration = .seconds(120)
  ) throws -> Result {
    let child = try ChildProcess(arguments, environment: environment, directory: directory, input: input)
    guard let status = child.wait(patience) else {
      throw TestSupportError("\(arguments.joined(separator: " ")) did not end in \(patience): \(child.output)")
    }
    return Result(status: status, output: child.output)
  }

  /// Runs a program that has to succeed, and returns what it wrote, without the last line break.
  @discardableResult public static func check(
    _ arguments: [String], environment: [String: String] = [:], directory: String? = nil, input: String? = nil,
    patience: Duration = .seconds(120)
  ) throws -> String {
    let result = try run(
      arguments, environment: environment, directory: directory, input: input, patience: patience)
    guard result.status == 0 else {
      throw TestSupportError("\(arguments.joined(separator: " ")) ended with \(result.status): \(result.output)")
    }
    return result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
  }
}
