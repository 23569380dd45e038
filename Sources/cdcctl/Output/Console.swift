internal import JSON

/// Where results and errors go: standard output and standard error, or a test's memory.
protocol Console: Sendable {
  /// Writes to standard output. False: nobody reads any more.
  @discardableResult func write(_ bytes: [UInt8]) -> Bool
  /// Writes to standard error.
  func writeError(_ bytes: [UInt8])
}

extension Console {
  func print(_ report: Report, _ format: GlobalOptions.Format) {
    switch format {
    case .table: write(Array(report.text.utf8))
    case .json: if let json = report.json { write(json.utf8 + [0x0A]) }
    }
  }

  func print(_ failure: Failure, _ format: GlobalOptions.Format) {
    switch format {
    case .json:
      // An HTTP status is a number, as in Connect's own error bodies.
      let code = Int(failure.code).map(JSONValue.integer) ?? .string(failure.code)
      let error: JSONValue = ["error": ["code": code, "message": .string(failure.message)]]
      writeError(error.utf8 + [0x0A])
    case .table:
      var text = "cdcctl: " + Printable.lines(failure.message).joined(separator: "\n") + "\n"
      if let command = failure.command { text += "Usage: cdcctl \(Help.synopsis(command, withOptions: true))\n" }
      writeError(Array(text.utf8))
    }
  }
}
