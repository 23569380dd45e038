/// A request's target, taken apart and decoded.
struct RequestTarget {
  let path: String
  let rawPath: String
  let segments: [String]
  let query: [(String, String)]

  /// Takes `/path?query`, `http://host/path?query` or `*` apart. Throws 400 for what is not percent-encoded UTF-8.
  init(_ bytes: ArraySlice<UInt8>) throws(RequestError) {
    let target = Self.withoutFragment(Self.originForm(bytes))
    let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    let raw = target[..<mark]
    guard raw.first == UInt8(ascii: "/") || raw.elementsEqual("*".utf8) else {
      throw RequestError(400, "the request's target is not a path")
    }
    path = try Self.decode(raw, "path")
    rawPath = String(decoding: raw, as: UTF8.self)
    var segments: [String] = []
    for part in raw.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true) {
      segments.append(try Self.decode(part, "path"))
    }
    self.segments = segments
    query = try mark < target.endIndex ? Self.query(target[(mark + 1)...]) : []
  }

  private static func originForm(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
      let rest = bytes.dropFirst(scheme.utf8.count)
      guard let start = rest.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
        return Array("/".utf8)[...]
      }
      return rest[start] == UInt8(ascii: "/") ? rest[start...] : (Array("/".utf8) + rest[start...])[...]
    }
    return bytes
  }

  private static func withoutFragment(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes.firstIndex(of: UInt8(ascii: "#")).map { bytes[..<$0] } ?? bytes
  }

  private static func query(_ bytes: ArraySlice<UInt8>) throws(RequestError) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for part in bytes.split(separator: UInt8(ascii: "&")) {
      let spaced = part.map { $0 == UInt8(ascii: "+") ? ASCII.space : $0 }
      let mark = spaced.firstIndex(of: UInt8(ascii: "=")) ?? spaced.endIndex
      let value = mark < spaced.endIndex ? spaced[(mark + 1)...] : []
      pairs.append((try decode(spaced[..<mark], "query"), try decode(value, "query")))
    }
    return pairs
  }

  private static func decode(_ bytes: ArraySlice<UInt8>, _ what: String) throws(RequestError) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var at = bytes.startIndex
    while at < bytes.endIndex {
      guard bytes[at] == UInt8(ascii: "%") else {
        out.append(bytes[at])
        at += 1
        continue
      }
      guard at + 2 < bytes.endIndex, let high = ASCII.hexValue(bytes[at + 1]),
        let low = ASCII.hexValue(bytes[at + 2])
      else { throw RequestError(400, "the request's \(what) has a % without two hexadecimal digits") }
      out.append(high << 4 | low)
      at += 3
    }
    guard let text = String(validating: out, as: UTF8.self) else {
      throw RequestError(400, "the request's \(what) is not UTF-8")
    }
    return text
  }
}

/// Why a request is answered without asking the handler.
struct RequestError: Error, Equatable {
  let status: Int
  let message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}
