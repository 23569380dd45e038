internal import CLibPQ
internal import ChangeModel
internal import Flow
internal import Glibc

/// Opening a connection, with a deadline and with the SQLSTATE of a refusal (which libpq only tells in the text).
enum Connecting {
  static func open(_ settings: PostgresSettings, replication: Bool) throws(CDCError) -> OpaquePointer {
    let parameters = settings.parameters(replication: replication)
    guard let handle = start(parameters) else {
      throw CDCError(.postgresUnreachable, "No memory for a connection to \(settings.location)")
    }
    // Messages then read `FATAL:  28P01: password authentication failed …`.
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    PQsetNoticeReceiver(handle, ignoreNotice, nil)
    do throws(CDCError) {
      try complete(handle, settings)
    } catch {
      PQfinish(handle)
      throw error
    }
    PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
    return handle
  }

  private static func start(_ parameters: [(name: String, value: String)]) -> OpaquePointer? {
    let names = parameters.map { strdup($0.name) }
    let values = parameters.map { strdup($0.value) }
    defer { for copy in names + values { free(copy) } }
    var nameList = names.map { $0.map { UnsafePointer($0) } }
    var valueList = values.map { $0.map { UnsafePointer($0) } }
    nameList.append(nil)
    valueList.append(nil)
    return PQconnectStartParams(nameList, valueList, 0)
  }

  private static func complete(_ handle: OpaquePointer, _ settings: PostgresSettings) throws(CDCError) {
    let deadline = SystemTime.monotonicNanoseconds + nanoseconds(settings.connectTimeout)
    var wanted = Int16(POLLOUT)
    var isFirst = true
    while true {
      guard PQstatus(handle) != CONNECTION_BAD else { throw refusal(handle, settings) }
      if !isFirst {
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_OK: return
        case PGRES_POLLING_READING: wanted = Int16(POLLIN)
        case PGRES_POLLING_WRITING: wanted = Int16(POLLOUT)
        default: throw refusal(handle, settings)
        }
      }
      isFirst = false
      let left = (deadline - SystemTime.monotonicNanoseconds) / 1_000_000
      var entry = pollfd(fd: PQsocket(handle), events: wanted, revents: 0)
      if left <= 0 || poll(&entry, 1, Int32(clamping: left)) == 0 {
        throw CDCError(
          .postgresUnreachable, "PostgreSQL did not answer within \(settings.connectTimeout) (\(settings.location))")
      }
    }
  }

  private static func refusal(_ handle: OpaquePointer, _ settings: PostgresSettings) -> CDCError {
    let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
    let (state, message) = ConnectFailure.parse(text)
    let error = PostgresError(sqlState: state, message: message)
    let code: ErrorCode = ConnectFailure.isAboutSettings(message) && state.isEmpty ? .postgresSettings : error.code
    // A walsender answers 42501 to users without the right to replicate, and libpq's text says all that there is.
    return CDCError(code, "\(code.meaning) (\(settings.location))", cause: error.safeMessage)
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
  }
}

/// Notices are for people at a terminal; libpq would print them.
private func ignoreNotice(_: UnsafeMutableRawPointer?, _: OpaquePointer?) {}

/// Reads libpq's text about a failed connection attempt.
enum ConnectFailure {
  /// The SQLSTATE (empty if the server sent none) and the message without the lines about the server's source code.
  static func parse(_ text: String) -> (sqlState: String, message: String) {
    var state = ""
    var lines: [String] = []
    for line in text.split(whereSeparator: { $0 == "\n" }) where !line.hasPrefix("LOCATION:") {
      var line = String(line)
      // `connection to server at "h" (ip), port 5432 failed: FATAL:  28P01: password …`
      if let range = sqlStateRange(in: line) {
        state = String(line[range])
        let behind = line.index(range.upperBound, offsetBy: 2, limitedBy: line.endIndex) ?? line.endIndex
        line.removeSubrange(range.lowerBound..<behind)
      }
      lines.append(line)
    }
    return (state, lines.joined(separator: "; "))
  }

  private static func sqlStateRange(in line: String) -> Range<String.Index>? {
    let characters = Array(line.utf8)
    guard characters.count >= 9 else { return nil }
    for at in 0...(characters.count - 9) {
      guard characters[at] == 0x3A, characters[at + 1] == 0x20, characters[at + 2] == 0x20 else { continue }
      let code = characters[(at + 3)..<(at + 8)]
      guard characters[at + 8] == 0x3A, code.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
      else { continue }
      let from = line.utf8.index(line.startIndex, offsetBy: at + 3)
      return from..<line.utf8.index(from, offsetBy: 5)
    }
    return nil
  }

  /// Whether libpq refused the settings, so that another try can't help.
  static func isAboutSettings(_ message: String) -> Bool {
    [
      "invalid sslmode", "invalid port", "invalid connection option", "invalid integer value", "root certificate file",
      "certificate file", "private key file", "could not load", "weak permissions", "group or world access",
      "invalid SSL", "does not support SSL", "certificate verify failed", "does not match host name",
    ].contains { message.contains($0) }
  }
}
