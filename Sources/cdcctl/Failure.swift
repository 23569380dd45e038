/// Why a command did not do what it was asked, and the exit status that says so.
struct Failure: Error, Sendable {
  /// The process's exit status.
  enum Status: Int32, Sendable {
    case failed = 1
    case usage = 2
    case unreachable = 3
    case notFound = 4
  }

  var status: Status
  /// With `--output json`: an HTTP status, a code `CDC-nnnn`, or a word.
  var code: String
  var message: String
  /// The command whose usage is shown with it.
  var command: Command?
  /// What was done all the same, printed before the error.
  var report: Report?

  static func usage(_ message: String, _ command: Command?) -> Failure {
    Failure(status: .usage, code: "usage", message: message, command: command)
  }

  static func failed(_ code: String, _ message: String, report: Report? = nil) -> Failure {
    Failure(status: .failed, code: code, message: message, report: report)
  }
}
