internal import CCurl

/// Sets options and keeps the first failure.
struct CurlSetup {
  let handle: UnsafeMutableRawPointer
  let peer: String
  private var failure: HTTPError?

  init(handle: UnsafeMutableRawPointer, peer: String) {
    self.handle = handle
    self.peer = peer
  }

  /// Throws the first failure.
  func check() throws(HTTPError) {
    if let failure { throw failure }
  }

  mutating func common(_ request: HTTPRequest, _ options: HTTPClientOptions, _ url: CurlURL) {
    string(CURLOPT_URL, url.plain)
    string(CURLOPT_PROTOCOLS_STR, "http,https")
    // Without it libcurl uses signals for name look-ups, which threads can't have.
    long(CURLOPT_NOSIGNAL, 1)
    long(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(options.connectTimeout))
    long(CURLOPT_TIMEOUT_MS, Self.milliseconds(request.timeout))
    if let stall = request.stallTimeout {
      long(CURLOPT_LOW_SPEED_LIMIT, 1)
      long(CURLOPT_LOW_SPEED_TIME, max(1, Int(clamping: stall.components.seconds)))
    }
    long(CURLOPT_TCP_KEEPALIVE, 1)
    string(CURLOPT_USERAGENT, options.userAgent)
    proxy(options.proxy, url)
    if let (user, password) = url.credentials {
      basic(user, password)
    } else if case .basic(let user, let password) = options.authentication {
      basic(user, password)
    }
  }

  mutating func tls(_ tls: TLSOptions) {
    long(CURLOPT_SSL_VERIFYPEER, tls.verifiesPeer ? 1 : 0)
    long(CURLOPT_SSL_VERIFYHOST, tls.verifiesHost ? 2 : 0)
    material(tls.authorities, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB)
    material(tls.certificate, CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB)
    material(tls.key, CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB)
    if let password = tls.keyPassword { string(CURLOPT_KEYPASSWD, password) }
  }

  mutating func answer(to transfer: CurlTransfer) {
    note(ccurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION, curlBody))
    pointer(CURLOPT_WRITEDATA, transfer.context)
    note(ccurl_set_data_callback(handle, CURLOPT_HEADERFUNCTION, curlHead))
    pointer(CURLOPT_HEADERDATA, transfer.context)
    note(ccurl_set_progress_callback(handle, curlProgress))
    pointer(CURLOPT_XFERINFODATA, transfer.context)
    long(CURLOPT_NOPROGRESS, 0)
  }

  mutating func body(_ bytes: UnsafeRawBufferPointer) {
    note(ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
    // libcurl only reads; of no bytes it must not get nil, which would mean "ask the read callback".
    if let start = bytes.baseAddress {
      pointer(CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: start))
    } else {
      string(CURLOPT_COPYPOSTFIELDS, "")
    }
  }

  mutating func body(_ file: CurlFile) {
    long(CURLOPT_UPLOAD, 1)
    note(ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(file.count)))
    note(ccurl_set_data_callback(handle, CURLOPT_READFUNCTION, curlRead))
    pointer(CURLOPT_READDATA, file.context)
    note(ccurl_set_seek_callback(handle, curlSeek))
    pointer(CURLOPT_SEEKDATA, file.context)
  }

  mutating func method(_ method: String, hasBody: Bool) {
    switch (method, hasBody) {
    case ("GET", false), ("POST", true): break
    case ("HEAD", false): long(CURLOPT_NOBODY, 1)
    default: string(CURLOPT_CUSTOMREQUEST, method)
    }
  }

  mutating func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
    note(ccurl_set_pointer(handle, option, value))
  }

  mutating func list(_ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>?) {
    note(ccurl_set_list(handle, option, value))
  }

  private mutating func proxy(_ proxy: HTTPProxy?, _ url: CurlURL) {
    guard let proxy else {
      if url.isLoopback { string(CURLOPT_PROXY, "") }
      return
    }
    string(CURLOPT_PROXY, proxy.url)
    // A named proxy is used for every host: the environment's exceptions are not meant for it.
    string(CURLOPT_NOPROXY, "")
    if let user = proxy.user { string(CURLOPT_PROXYUSERNAME, user) }
    if let password = proxy.password { string(CURLOPT_PROXYPASSWORD, password) }
  }

  private mutating func basic(_ user: String, _ password: String) {
    // Basic is what libcurl does with a user by default.
    string(CURLOPT_USERNAME, user)
    string(CURLOPT_PASSWORD, password)
  }

  private mutating func material(_ material: TLSOptions.Material?, _ file: CURLoption, _ blob: CURLoption) {
    switch material {
    case nil: break
    case .file(let path): string(file, path)
    case .text(var text):
      let status = text.withUTF8 { bytes in
        var value = curl_blob()
        value.data = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        value.len = bytes.count
        value.flags = UInt32(CURL_BLOB_COPY)
        return ccurl_set_blob(handle, blob, &value)
      }
      note(status)
    }
  }

  private mutating func string(_ option: CURLoption, _ value: String) {
    note(ccurl_set_string(handle, option, value))
  }

  private mutating func long(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(handle, option, value)) }

  private mutating func note(_ status: CURLcode) {
    guard status != CURLE_OK, failure == nil else { return }
    failure = HTTPError(.request, peer: peer, reason: String(cString: curl_easy_strerror(status)))
  }

  private static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return max(0, Int(clamping: seconds).multipliedReportingOverflow(by: 1000).partialValue)
      + Int(attoseconds / 1_000_000_000_000_000)
  }
}
