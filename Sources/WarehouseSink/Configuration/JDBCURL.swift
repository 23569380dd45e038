internal import ChangeModel
internal import PostgresClient
internal import Settings

/// Reads a JDBC URL of PostgreSQL into connection settings.
///
/// https://jdbc.postgresql.org/documentation/use/#connection-parameters
enum JDBCURL {
  /// What a URL says.
  struct Parsed {
    var settings: PostgresSettings
    /// `currentSchema`: the names in it.
    var currentSchema: [String]
    /// Parameters that change nothing here.
    var ignored: [String]
  }

  private static let prefix = "jdbc:postgresql:"
  /// Parameters that only tune the Java driver.
  private static let tuning: Set<String> = [
    "preparethreshold", "preparedstatementcachequeries", "preparedstatementcachesizemib", "defaultrowfetchsize",
    "rewritebatchedinserts", "binarytransfer", "binarytransferenable", "binarytransferdisable", "tcpkeepalive",
    "tcpnodelay", "sockettimeout", "logintimeout", "cancelsignaltimeout", "receivebuffersize", "sendbuffersize",
    "loggerlevel", "loggerfile", "logunclosedconnections", "databasemetadatacachefields",
    "databasemetadatacachefieldsmib", "autosave", "cleanupsavepoints", "preferquerymode", "maxresultbuffer",
    "adaptivefetch", "adaptivefetchminimum", "adaptivefetchmaximum", "disablecolumnsanitiser", "assumeminserverversion",
    "hostrecheckseconds", "loadbalancehosts", "readonlymode", "stringtype", "logservererrordetail",
    "escapesyntaxcallmode",
    "maxsendbuffersize", "sslresponsetimeout", "quotereturningidentifiers", "hideunprivilegedobjects",
  ]

  /// Throws what is wrong, in a sentence without the URL (it may hold a password).
  static func parse(_ url: String, user: String?, password: String?) throws(CDCError) -> Parsed {
    guard url.hasPrefix(prefix) else { throw problem("it does not begin with jdbc:postgresql:") }
    let (address, query) = cut(String(url.dropFirst(prefix.count)), at: "?")
    var parameters: [(name: String, value: String)] = []
    for part in (query ?? "").split(separator: "&") {
      let (name, value) = cut(String(part), at: "=")
      guard let name = decoded(name), let value = decoded(value ?? "") else {
        throw problem("a parameter has a malformed % escape")
      }
      parameters.append((name, value))
    }
    var hosts: [String] = []
    var ports: [String] = []
    var database: String?
    if address.hasPrefix("//") {
      let (list, path) = cut(String(address.dropFirst(2)), at: "/")
      for entry in list.split(separator: ",", omittingEmptySubsequences: false) {
        let (host, port) = try hostAndPort(String(entry))
        hosts.append(host)
        ports.append(port)
      }
      database = path.flatMap { decoded($0) }
    } else {
      database = decoded(address)
    }
    return try settings(hosts, ports, database, parameters, user: user, password: password)
  }

  private static func settings(
    _ hosts: [String], _ ports: [String], _ database: String?, _ parameters: [(name: String, value: String)],
    user: String?, password: String?
  ) throws(CDCError) -> Parsed {
    var settings = PostgresSettings(
      host: hosts.isEmpty ? "localhost" : hosts.joined(separator: ","), database: "", user: user ?? "",
      password: password)
    if hosts.count <= 1 { settings.port = Int(ports.first ?? "") ?? 5432 }
    if hosts.count > 1 { settings.extra.append(("port", ports.joined(separator: ","))) }
    var schema: [String] = []
    var ignored: [String] = []
    var ssl: String?
    var sslMode: String?
    for (name, value) in parameters {
      switch name.lowercased() {
      case "user": if user == nil { settings.user = value }
      case "password": if password == nil { settings.password = value }
      case "ssl": ssl = value.lowercased()
      case "sslmode":
        guard ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"].contains(value) else {
          throw problem("sslmode is none of disable, allow, prefer, require, verify-ca, verify-full")
        }
        sslMode = value
      case "sslcert": settings.sslCertificate = value
      case "sslkey": settings.sslKey = value
      case "sslpassword": settings.sslPassword = value
      case "sslrootcert": settings.sslRootCertificate = value
      case "currentschema": schema = value.split(separator: ",").map { String($0).trimmingSpaces }
      case "connecttimeout":
        guard let seconds = Int(value), seconds >= 0 else { throw problem("connectTimeout is no number of seconds") }
        settings.connectTimeout = seconds == 0 ? .seconds(24 * 3600) : .seconds(seconds)
      case "applicationname": settings.applicationName = value
      case let known where tuning.contains(known): ignored.append(name)
      default:
        throw problem("the parameter \(name) is not supported")
      }
    }
    // As the driver does it: ssl alone asks for everything.
    settings.sslMode = sslMode ?? (ssl == "true" || ssl == "" ? "verify-full" : "prefer")
    guard !settings.user.isEmpty else { throw problem("there is no user: set connection.user") }
    settings.database = database.flatMap { $0.isEmpty ? nil : $0 } ?? settings.user
    return Parsed(settings: settings, currentSchema: schema, ignored: ignored)
  }

  private static func hostAndPort(_ entry: String) throws(CDCError) -> (String, String) {
    if entry.hasPrefix("[") {
      guard let close = entry.firstIndex(of: "]") else { throw problem("a bracket is not closed") }
      let host = String(entry[entry.index(after: entry.startIndex)..<close])
      let rest = entry[entry.index(after: close)...]
      return (host, try port(rest.isEmpty ? nil : String(rest.dropFirst())))
    }
    let (host, number) = cut(entry, at: ":")
    return (host.isEmpty ? "localhost" : host, try port(number))
  }

  private static func port(_ text: String?) throws(CDCError) -> String {
    guard let text, !text.isEmpty else { return "5432" }
    guard let number = Int(text), (1...65535).contains(number) else {
      throw problem("a port is not a number from 1 to 65535")
    }
    return text
  }

  private static func cut(_ text: String, at separator: Character) -> (String, String?) {
    guard let place = text.firstIndex(of: separator) else { return (text, nil) }
    return (String(text[..<place]), String(text[text.index(after: place)...]))
  }

  private static func decoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var source = Array(text.utf8)[...]
    while let byte = source.popFirst() {
      if byte == UInt8(ascii: "+") {
        bytes.append(0x20)
      } else if byte == UInt8(ascii: "%") {
        guard source.count >= 2, let value = UInt8(String(decoding: source.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        source = source.dropFirst(2)
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func problem(_ text: String) -> CDCError {
    CDCError(.warehouseURL, "connection.url can't be used: \(text)")
  }
}

extension String {
  /// Without spaces at both ends.
  var trimmingSpaces: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
