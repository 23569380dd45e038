public import ChangeModel

/// The content of an object: whole before it is sent.
public enum ObjectBody {
  /// Memory that stays as it is during the call.
  case bytes(UnsafeRawBufferPointer)
  /// A file, read with `pread` from its beginning; its own position is neither used nor moved. It stays open and as it
  /// is during the call, and is not closed.
  case file(descriptor: Int32, count: Int)

  /// The length in bytes.
  public var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .file(_, let count): count
    }
  }
}

/// How an object is stored. A folder has no place for the types: there they are left out.
public struct ObjectOptions: Sendable, Hashable {
  /// The header `Content-Type`.
  public var contentType: String
  /// The header `Content-Encoding`; nil: none.
  public var contentEncoding: String?
  /// Whether an object that exists already under the name is left as it is (`If-None-Match: *`).
  public var ifNoneMatch: Bool
  /// Tags, set once the object is whole.
  public var tags: [ObjectTag]

  /// How an object is stored.
  public init(
    contentType: String = "application/octet-stream", contentEncoding: String? = nil, ifNoneMatch: Bool = false,
    tags: [ObjectTag] = []
  ) {
    self.contentType = contentType
    self.contentEncoding = contentEncoding
    self.ifNoneMatch = ifNoneMatch
    self.tags = tags
  }
}

/// A name and a value beside an object.
public struct ObjectTag: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The value.
  public var value: String

  /// A tag.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Objects under names in one bucket (or folder).
///
/// A store belongs to one thread and its calls block.
public protocol ObjectStore: AnyObject {
  /// Proves that the bucket is there and that the credentials may write under `prefix`, and removes what uploads that
  /// were cut off left behind there, as far as it can know that nobody works on them any more: files of a folder whose
  /// writer is gone, multipart uploads older than `S3Settings.staleUploadAge`.
  func open(prefix: String) throws(CDCError)

  /// Removes multipart uploads under `prefix` to names that `isOwn` takes, whatever their age. For names that nobody
  /// else may write now: those of the partitions that a task was given. An upload of a former owner that still runs
  /// fails, which is right.
  func removeUploads(under prefix: String, where isOwn: (_ name: String) -> Bool) throws(CDCError)

  /// Stores an object.
  ///
  /// When it returns, the object is whole under `name` and durable; when it throws, nothing is under that name that was
  /// not there before. Retries are inside. The error's class is `target` for what may pass (the store is down or busy)
  /// and `fatal` for what needs an operator (keys, bucket, rights). With `ifNoneMatch` an object that exists
  /// already counts as stored.
  func put(_ name: String, _ body: ObjectBody, _ options: ObjectOptions) throws(CDCError)

  /// Gives connections and files back. A store that was closed can be opened again.
  func close()
}
