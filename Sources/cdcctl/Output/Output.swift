internal import Glibc
internal import JSON

/// Prints results: tables for people, JSON for programs.
struct Output {
  enum Format: String { case table, json }

  let format: Format
  /// Takes text for standard output; for tests.
  var write: (String) -> Void = Output.toStandardOutput

  /// Prints a result: the JSON document, or the table's text.
  func show(_ json: JSONValue, table: () -> String) {
    write((format == .json ? json.text : table()) + "\n")
  }

  /// Prints that something was done: a sentence, or a JSON document.
  func done(_ sentence: String, _ json: JSONValue) { show(json) { sentence } }

  /// Columns padded to their widest cell, the header in capitals.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let all = [header.map { $0.uppercased() }] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Prints a failure on standard error.
  static func fail(_ failure: Failure, _ format: Format) {
    let error: JSONValue = ["error": ["code": .string(failure.code), "message": .string(failure.message)]]
    let line = Array(((format == .json ? error.text : "cdcctl: \(failure.message)") + "\n").utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
  }

  /// Writes bytes to standard output. False: nobody reads it any more.
  @discardableResult static func raw(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private static func toStandardOutput(_ text: String) { raw(Array(text.utf8)) }
}
