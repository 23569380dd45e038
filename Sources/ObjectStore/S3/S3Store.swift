public import ChangeModel
public import Flow
internal import HTTPClient

/// A bucket of an object store that speaks the S3 protocol
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html): AWS, MinIO, Ceph and others.
public final class S3Store: ObjectStore {
  private let settings: S3Settings
  private let environment: [String: String]
  private let stop: StopFlag
  private let now: () -> Int64
  private var connection: (client: S3Client, headers: S3ObjectHeaders)?

  /// A bucket. Nothing is sent before `open`.
  ///
  /// - Parameters:
  ///   - environment: the process's environment, for `AWS_…`.
  ///   - stop: raised by another thread, it ends waits and exchanges that are under way.
  public convenience init(_ settings: S3Settings, environment: [String: String], stop: StopFlag = StopFlag()) {
    self.init(settings, environment: environment, stop: stop, now: { SystemTime.wallNanoseconds / 1_000_000_000 })
  }

  init(_ settings: S3Settings, environment: [String: String], stop: StopFlag, now: @escaping () -> Int64) {
    self.settings = settings
    self.environment = environment
    self.stop = stop
    self.now = now
  }

  /// Proves that the credentials may write under `prefix`, by a multipart upload that is begun and given up at once, and
  /// gives up uploads there that are older than `S3Settings.staleUploadAge`.
  public func open(prefix: String) throws(CDCError) {
    close()
    let client = try S3Client(settings, environment: environment, stop: stop, now: now)
    let headers = try S3ObjectHeaders(settings.object, isSecure: client.address.isSecure)
    let uploads = S3Uploads(client, headers, settings)
    do {
      try removeStale(uploads, prefix)
      try uploads.probe(prefix)
    } catch let failure {
      throw failure.error
    }
    connection = (client, headers)
  }

  /// Gives up multipart uploads under `prefix` to names that `isOwn` takes. Without the right to list them it does
  /// nothing: the writing is what counts.
  public func removeUploads(under prefix: String, where isOwn: (_ name: String) -> Bool) throws(CDCError) {
    let (client, headers) = try opened()
    let uploads = S3Uploads(client, headers, settings)
    do {
      for upload in try uploads.list(prefix) where isOwn(upload.key) { try uploads.abort(upload) }
    } catch let failure {
      if failure.error.code != .objectStoreAccessDenied { throw failure.error }
    }
  }

  /// Stores an object, in one request or in parts.
  public func put(_ name: String, _ body: ObjectBody, _ options: ObjectOptions) throws(CDCError) {
    let (client, headers) = try opened()
    if let problem = ObjectName.problem(name) {
      throw CDCError(.objectName, "The name of an object in \(client.address.place) \(problem)")
    }
    do {
      let content = HTTPUpload(body)
      if body.count <= max(1, settings.partSize) {
        try putWhole(name, content, options, client, headers)
      } else {
        try S3Uploads(client, headers, settings).put(name, content, count: body.count, options)
      }
      try tag(name, settings.object.tags + options.tags, client)
    } catch let failure {
      throw failure.error
    }
  }

  /// Gives the connections back.
  public func close() { connection = nil }

  private func opened() throws(CDCError) -> (S3Client, S3ObjectHeaders) {
    guard let connection else { throw CDCError(.objectStoreUnavailable, "\(settings) is not open") }
    return connection
  }

  private func removeStale(_ uploads: S3Uploads, _ prefix: String) throws(S3Failure) {
    guard let age = settings.staleUploadAge else { return }
    let limit = now() - age.components.seconds
    do {
      for upload in try uploads.list(prefix) {
        let isOld = upload.initiated.map { $0 < limit } == true
        if isOld || upload.key == S3Uploads.probeName(prefix) { try uploads.abort(upload) }
      }
    } catch let failure {
      // Who may write but not list can't tidy up; the writing is what counts.
      guard failure.error.code == .objectStoreAccessDenied else { throw failure }
    }
  }

  private func putWhole(
    _ name: String, _ content: HTTPUpload, _ options: ObjectOptions, _ client: S3Client, _ headers: S3ObjectHeaders
  ) throws(S3Failure) {
    let condition = options.ifNoneMatch ? [("If-None-Match", "*")] : []
    let request = S3Request(
      method: "PUT", key: name, headers: options.contentHeaders + headers.object + condition,
      doing: "Storing the object \(name)", isAnswer: S3Answer.hasTag)
    do {
      _ = try client.send(request, content)
    } catch let failure {
      guard options.ifNoneMatch, failure.status == 412 else { throw failure }
    }
  }

  private func tag(_ name: String, _ tags: [ObjectTag], _ client: S3Client) throws(S3Failure) {
    guard !tags.isEmpty else { return }
    let body = S3ObjectHeaders.tagging(tags)
    let request = S3Request(
      method: "PUT", key: name, query: [("tagging", "")], headers: [("Content-Type", "application/xml")],
      needsDigest: true, doing: "Tagging the object \(name)", isAnswer: { !S3Answer.isForeign($0) })
    do {
      try client.send(request, bytes: body)
    } catch let failure {
      guard settings.object.ignoresTaggingErrors else { throw failure }
    }
  }
}

extension ObjectOptions {
  /// `Content-Type` and `Content-Encoding`.
  var contentHeaders: [(String, String)] {
    [("Content-Type", contentType)] + (contentEncoding.map { [("Content-Encoding", $0)] } ?? [])
  }
}

extension S3Client {
  /// Sends a request with a small body.
  @discardableResult func send(_ request: S3Request, bytes: [UInt8]) throws(S3Failure) -> HTTPResponse {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    return try send(request, .bytes(UnsafeRawBufferPointer(copy)))
  }
}
