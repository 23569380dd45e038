internal import CCurl

/// An address taken apart, so that its user and password can be kept out of messages.
struct CurlURL {
  /// The address without user and password.
  let plain: String
  /// Host and port.
  let peer: String
  /// The host alone.
  let host: String
  /// User and password, decoded, where the address has them.
  let credentials: (user: String, password: String)?

  init(_ text: String) throws(HTTPError) {
    guard let handle = curl_url() else { throw HTTPError(.request, peer: "", reason: "out of memory") }
    defer { curl_url_cleanup(handle) }
    let status = curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
    guard status == CURLUE_OK else {
      throw HTTPError(
        .request, peer: "", reason: "the URL can't be read: \(String(cString: curl_url_strerror(status)))")
    }
    let scheme = Self.part(handle, CURLUPART_SCHEME) ?? ""
    guard scheme == "http" || scheme == "https" else {
      throw HTTPError(.request, peer: "", reason: "the URL's scheme is neither http nor https")
    }
    host = Self.part(handle, CURLUPART_HOST) ?? ""
    peer = "\(host):\(Self.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)) ?? "")"
    if let user = Self.part(handle, CURLUPART_USER, UInt32(CURLU_URLDECODE)) {
      credentials = (user, Self.part(handle, CURLUPART_PASSWORD, UInt32(CURLU_URLDECODE)) ?? "")
    } else {
      credentials = nil
    }
    curl_url_set(handle, CURLUPART_USER, nil, 0)
    curl_url_set(handle, CURLUPART_PASSWORD, nil, 0)
    guard let plain = Self.part(handle, CURLUPART_URL) else {
      throw HTTPError(.request, peer: "", reason: "the URL can't be read")
    }
    self.plain = plain
  }

  /// Whether the host is this machine: no proxy leads there.
  var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }

  private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
