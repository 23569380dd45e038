internal import ChangeModel
internal import Flow
internal import HTTPClient
internal import JSON
internal import Synchronization

/// Sends requests to the first registry that answers, and turns what goes wrong into errors.
final class RegistryTransport: Sendable {
  private static let mediaType = "application/vnd.schemaregistry.v1+json"
  private static let rounds = 3

  private let urls: [String]
  private let client: HTTPClient
  private let preferred = Mutex(0)

  init(_ options: RegistryOptions) {
    urls = options.urls
    client = HTTPClient(options.client)
  }

  /// The JSON of an answer with status 200. `subject` names what the request is about in errors.
  func call(_ method: String, _ path: String, _ body: [UInt8]?, about subject: String) throws(CDCError) -> JSONValue {
    var backoff = Backoff(first: .milliseconds(100), cap: .seconds(1))
    var last = CDCError(.registryUnreachable, "no schema registry is configured")
    for round in 0..<Self.rounds {
      if round > 0 { _ = StopFlag().wait(backoff.next()) }
      let start = preferred.withLock { $0 }
      for step in urls.indices {
        let index = (start + step) % urls.count
        switch send(method, urls[index], path, body) {
        case .success(let response) where response.status < 500:
          preferred.withLock { $0 = index }
          return try answer(response, urls[index], subject)
        case .success(let response):
          last = CDCError(
            .registryUnreachable,
            "the schema registry at \(RegistryPath.withoutLogin(urls[index])) answers with status \(response.status)")
        case .failure(let error) where error.isTransient:
          last = CDCError(.registryUnreachable, "the schema registry can't be reached", cause: error.description)
        case .failure(let error):
          throw CDCError(.registryRefused, "the schema registry can't be asked", cause: error.description)
        }
      }
    }
    throw last
  }

  private func send(_ method: String, _ base: String, _ path: String, _ body: [UInt8]?) -> Result<
    HTTPResponse, HTTPError
  > {
    var headers = [("Accept", "\(Self.mediaType), application/json")]
    if body != nil { headers.append(("Content-Type", Self.mediaType)) }
    let request = HTTPRequest(method: method, url: base + path, headers: headers, body: body, timeout: .seconds(20))
    do { return .success(try client.send(request)) } catch { return .failure(error) }
  }

  private func answer(_ response: HTTPResponse, _ base: String, _ subject: String) throws(CDCError) -> JSONValue {
    let json = try? JSONValue(parsing: response.body)
    if response.isSuccess {
      guard let json else {
        throw CDCError(
          .registryAnswer,
          "\(RegistryPath.withoutLogin(base)) answers something that is not JSON: is it a schema registry?")
      }
      return json
    }
    let reason = json?["message"]?.string ?? "status \(response.status)"
    switch response.status {
    case 401, 403:
      throw CDCError(.registryRefused, "the schema registry refuses the login for \(subject)", cause: reason)
    case 404: throw CDCError(.schemaUnknown, "the schema registry does not know \(subject)", cause: reason)
    case 409:
      throw CDCError(
        .schemaRefused, "the schema registry refuses a schema of subject \(subject) as incompatible", cause: reason)
    case 422:
      throw CDCError(.schemaRefused, "the schema registry refuses a schema of subject \(subject)", cause: reason)
    case 408, 429: throw CDCError(.registryUnreachable, "the schema registry is busy", cause: reason)
    default:
      throw CDCError(
        .registryAnswer, "the schema registry answers \(subject) with status \(response.status)", cause: reason)
    }
  }
}

/// Pieces of addresses.
enum RegistryPath {
  /// A text as one segment of a path.
  static func escape(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var path = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        path.unicodeScalars.append(Unicode.Scalar(byte))
      default: path += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return path
  }

  /// An address without the user and password that it may hold.
  static func withoutLogin(_ url: String) -> String {
    guard let at = url.lastIndex(of: "@"), let scheme = url.range(of: "://") else { return url }
    return String(url[..<scheme.upperBound]) + url[url.index(after: at)...]
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part), let end = index(start, offsetBy: part.count, limitedBy: endIndex) {
        return start..<end
      }
      start = index(after: start)
    }
    return nil
  }
}
