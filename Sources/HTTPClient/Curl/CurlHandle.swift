internal import CCurl

/// An easy handle, used by one thread at a time. It keeps its connections open.
final class CurlHandle: @unchecked Sendable {
  /// `curl_global_init` is not safe to call twice at a time: a static is made once.
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let handle: UnsafeMutableRawPointer
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init?() {
    guard Self.isLibraryReady, let handle = curl_easy_init() else { return nil }
    self.handle = handle
  }

  deinit {
    curl_easy_cleanup(handle)
    errorText.deallocate()
  }

  /// Forgets all options, keeps connections, names and sessions.
  func reset() { curl_easy_reset(handle) }

  func perform(
    _ request: HTTPRequest, _ options: HTTPClientOptions, _ transfer: CurlTransfer,
    _ upload: HTTPUpload? = nil
  ) throws(HTTPError) -> HTTPResponse {
    let url = try CurlURL(request.url)
    let lines = try headerLines(request, options, url)
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(list) }
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        throw HTTPError(.request, peer: url.peer, reason: "out of memory")
      }
      list = longer
    }
    errorText[0] = 0
    var setup = CurlSetup(handle: handle, peer: url.peer)
    setup.pointer(CURLOPT_ERRORBUFFER, errorText)
    setup.common(request, options, url)
    setup.tls(options.tls)
    setup.answer(to: transfer)
    setup.list(CURLOPT_HTTPHEADER, list)
    try setup.check()
    let file = CurlFile(upload)
    let status =
      if let upload {
        perform(request.method, upload, file, &setup)
      } else {
        performWithBody(request, &setup)
      }
    try setup.check()
    // Options hold pointers into this call: nothing may look at them after it.
    withExtendedLifetime((transfer, file)) {}
    if let reason = file?.failure { throw HTTPError(.upload, peer: url.peer, reason: reason) }
    guard status == CURLE_OK else { throw failure(status, transfer, url) }
    return transfer.response
  }

  private func performWithBody(_ request: HTTPRequest, _ setup: inout CurlSetup) -> CURLcode {
    let body = request.body ?? []
    let sendsBody = request.body != nil || ["POST", "PUT", "PATCH"].contains(request.method)
    return body.withUnsafeBytes { bytes in
      if sendsBody { setup.body(bytes) }
      // After the body: it makes the method POST.
      setup.method(request.method, hasBody: sendsBody)
      return curl_easy_perform(handle)
    }
  }

  private func perform(
    _ method: String, _ upload: HTTPUpload, _ file: CurlFile?, _ setup: inout CurlSetup
  ) -> CURLcode {
    if let file {
      setup.body(file)
      if method != "PUT" { setup.method(method, hasBody: false) }
    } else if case .bytes(let bytes) = upload {
      setup.body(bytes)
      setup.method(method, hasBody: true)
    }
    return curl_easy_perform(handle)
  }

  private func headerLines(
    _ request: HTTPRequest, _ options: HTTPClientOptions, _ url: CurlURL
  ) throws(HTTPError) -> [String] {
    // `Expect: 100-continue` would cost a second against servers that don't know it.
    var lines = ["Expect:"]
    let names = Set(request.headers.map { $0.0.lowercased() })
    if request.body != nil, !names.contains("content-type") { lines.append("Content-Type: application/json") }
    if case .bearer(let token) = options.authentication, url.credentials == nil, !names.contains("authorization") {
      lines.append("Authorization: Bearer \(token)")
    }
    for (name, value) in request.headers {
      // A header without a value is written with a semicolon, or libcurl leaves it out.
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    guard lines.allSatisfy({ !$0.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 } }) else {
      throw HTTPError(.request, peer: url.peer, reason: "a header holds a line break")
    }
    return lines
  }

  private func failure(_ status: CURLcode, _ transfer: CurlTransfer, _ url: CurlURL) -> HTTPError {
    if let ending = transfer.ending { return HTTPError(ending, peer: url.peer, reason: transfer.endingReason) }
    let said = String(cString: errorText)
    let reason = said.isEmpty ? String(cString: curl_easy_strerror(status)) : said
    return HTTPError(Self.kind(of: status), peer: url.peer, reason: reason)
  }

  private static func kind(of status: CURLcode) -> HTTPError.Kind {
    switch status {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .unreachable
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_CLIENTCERT:
      .tls
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT: .request
    default: .connection
    }
  }
}
