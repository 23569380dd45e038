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

  /// How an object is stored.
  public init(
    contentType: String = "application/octet-stream", contentEncoding: String? = nil, ifNoneMatch: Bool = false
  ) {
    self.contentType = contentType
    self.contentEncoding = contentEncoding
    self.ifNoneMatch = ifNoneMatch
  }
}

/// Objects under names in one bucket (or folder).
///
/// A store belongs to one thread and its calls block.
public protocol ObjectStore: AnyObject {
  /// Proves that the bucket is there and that the credentials work, and removes what an upload that was cut off earlier
  /// left behind under `prefix`: stale multipart uploads of a bucket, half-written files of a folder.
  func open(prefix: String) throws(CDCError)

  /// Stores an object.
  ///
  /// When it returns, the object is whole under `name` and durable; when it throws, nothing is under that name that was
  /// not there before. Retries are inside. The error's class is `target` for what may pass (the store is down or busy)
  /// and `fatal` for what needs an operator (keys, bucket, rights, a full disk). With `ifNoneMatch` an object that exists
  /// already counts as stored.
  func put(_ name: String, _ body: ObjectBody, _ options: ObjectOptions) throws(CDCError)

  /// Gives connections and files back. A store that was closed can be opened again.
  func close()
}
