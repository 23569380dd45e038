internal import ChangeModel
internal import HTTPClient

/// Multipart uploads (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html).
struct S3Uploads {
  /// An upload that was begun.
  struct Upload {
    var key: String
    var id: String
    /// When, in seconds since 1970; nil: the store does not say.
    var initiated: Int64?
  }

  /// The most parts that an upload may have.
  private static let partLimit = 10_000
  private let client: S3Client
  private let headers: S3ObjectHeaders
  private let settings: S3Settings

  init(_ client: S3Client, _ headers: S3ObjectHeaders, _ settings: S3Settings) {
    self.client = client
    self.headers = headers
    self.settings = settings
  }

  /// Stores an object in parts. An upload that the store lost, or that another writer got in the way of, starts again.
  func put(_ name: String, _ content: HTTPUpload, count: Int, _ options: ObjectOptions) throws(S3Failure) {
    var attempt = 0
    while true {
      if options.ifNoneMatch, exists(name) { return }
      let upload = try begin(name, options)
      let failure: S3Failure
      do {
        let tags = try send(content, count, upload)
        try complete(upload, tags, options)
        return
      } catch let error {
        failure = error
      }
      // What came so far must not stay; that giving up fails too says nothing more, and open() tidies up.
      try? abort(upload)
      if options.ifNoneMatch, failure.status == 412 { return }
      let startsAgain = failure.code == "NoSuchUpload" || failure.code == "ConditionalRequestConflict"
      guard startsAgain, attempt < settings.retries.count else { throw failure }
      try client.wait(attempt: attempt, failure)
      attempt += 1
    }
  }

  /// Begins an upload and gives it up: that needs the rights, the bucket and the settings that writing needs, and leaves
  /// nothing.
  func probe(_ prefix: String) throws(S3Failure) {
    try abort(begin(Self.probeName(prefix), ObjectOptions()))
  }

  static func probeName(_ prefix: String) -> String { prefix + ".martinet-probe" }

  /// The uploads under a prefix that are not finished.
  func list(_ prefix: String) throws(S3Failure) -> [Upload] {
    var found: [Upload] = []
    var marker: [(String, String)] = []
    while true {
      let query = [("uploads", ""), ("prefix", prefix), ("encoding-type", "url"), ("max-uploads", "1000")] + marker
      let request = S3Request(
        method: "GET", query: query, doing: "Listing multipart uploads",
        isAnswer: S3Answer.isDocument("ListMultipartUploadsResult"))
      guard let page = XMLElement(parsing: try client.send(request).body) else { return found }
      let isEncoded = page["EncodingType"] == "url"
      func text(_ element: XMLElement, _ name: String) -> String {
        let text = element[name] ?? ""
        return isEncoded ? URIText.decoded(text) : text
      }
      for item in page.children where item.name == "Upload" {
        let upload = Upload(
          key: text(item, "Key"), id: item["UploadId"] ?? "", initiated: item["Initiated"].flatMap(AWSTime.seconds))
        // A store that knows no prefix for uploads lists those of others too.
        if upload.key.hasPrefix(prefix), !upload.id.isEmpty { found.append(upload) }
      }
      let next = [("key-marker", text(page, "NextKeyMarker")), ("upload-id-marker", page["NextUploadIdMarker"] ?? "")]
      guard page["IsTruncated"] == "true", !next[0].1.isEmpty,
        marker.first?.1 != next[0].1 || marker.last?.1 != next[1].1
      else { return found }
      marker = next
    }
  }

  /// Gives an upload up; one that is gone already is fine.
  func abort(_ upload: Upload) throws(S3Failure) {
    let request = S3Request(
      method: "DELETE", key: upload.key, query: [("uploadId", upload.id)],
      doing: "Giving up the multipart upload of \(upload.key)")
    do {
      _ = try client.send(request)
    } catch let failure {
      guard failure.code == "NoSuchUpload" else { throw failure }
    }
  }

  /// Whether the object is there, as far as one may look.
  private func exists(_ name: String) -> Bool {
    let request = S3Request(
      method: "HEAD", key: name, headers: headers.part, doing: "Looking for the object \(name)",
      isAnswer: S3Answer.hasTag)
    return (try? client.send(request)) != nil
  }

  private func begin(_ name: String, _ options: ObjectOptions) throws(S3Failure) -> Upload {
    let request = S3Request(
      method: "POST", key: name, query: [("uploads", "")], headers: options.contentHeaders + headers.object,
      doing: "Beginning the multipart upload of \(name)",
      isAnswer: S3Answer.isDocument("InitiateMultipartUploadResult"))
    let response = try client.send(request, bytes: [])
    guard let id = XMLElement(parsing: response.body)?["UploadId"], !id.isEmpty else {
      throw S3Failure(notS3: response, request.doing)
    }
    return Upload(key: name, id: id)
  }

  /// Sends the parts; the result is their ETags.
  private func send(_ content: HTTPUpload, _ count: Int, _ upload: Upload) throws(S3Failure) -> [String] {
    let size = max(settings.partSize, (count + Self.partLimit - 1) / Self.partLimit, 1)
    var tags: [String] = []
    var offset = 0
    while offset < count {
      let length = min(size, count - offset)
      let number = tags.count + 1
      let request = S3Request(
        method: "PUT", key: upload.key, query: [("partNumber", String(number)), ("uploadId", upload.id)],
        headers: [("Content-Type", "application/octet-stream")] + headers.part,
        doing: "Storing part \(number) of the object \(upload.key)", isAnswer: S3Answer.hasTag)
      let response = try client.send(request, content.slice(offset, length))
      tags.append(response.header("ETag") ?? "")
      offset += length
    }
    return tags
  }

  private func complete(_ upload: Upload, _ tags: [String], _ options: ObjectOptions) throws(S3Failure) {
    var text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
    for (index, tag) in tags.enumerated() {
      text += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(XMLElement.escaped(tag))</ETag></Part>"
    }
    text += "</CompleteMultipartUpload>"
    let condition = options.ifNoneMatch ? [("If-None-Match", "*")] : []
    let request = S3Request(
      method: "POST", key: upload.key, query: [("uploadId", upload.id)],
      headers: [("Content-Type", "application/xml")] + headers.part + condition,
      doing: "Completing the multipart upload of \(upload.key)",
      isAnswer: S3Answer.isDocument("CompleteMultipartUploadResult"))
    try client.send(request, bytes: Array(text.utf8))
  }
}
