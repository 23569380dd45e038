public import ChangeModel
internal import Glibc

/// A bucket that is a folder of this machine's file system: `store.url=file:///FOLDER`. Objects are files below it, by
/// their names as paths.
///
/// A file is written in `.martinet-uploads` in the bucket, made durable, then moved to its name, so that nobody ever
/// sees a part of one. Several processes may write into one bucket.
public final class FolderStore: ObjectStore {
  /// How many folders are remembered as made.
  private static let memory = 10_000
  private let folder: String
  private let bucket: String
  private var known: Set<String> = []

  /// The bucket `bucket` in the folder with this absolute path. Nothing is made before `open`.
  public init(folder: String, bucket: String) {
    self.folder = folder
    self.bucket = bucket
  }

  /// The path that a `file:` address names, its percent signs decoded; nil: it is no such address of this machine.
  public static func folder(of url: String) -> String? {
    guard url.lowercased().hasPrefix("file:") else { return nil }
    var path = url.dropFirst(5)
    if path.hasPrefix("//") {
      path = path.dropFirst(2)
      if path.hasPrefix("localhost/") { path = path.dropFirst(9) }
    }
    let decoded = URIText.decoded(String(path.replacing("+", with: "%2B")))
    return decoded.hasPrefix("/") && !decoded.utf8.contains(0) ? decoded : nil
  }

  private var root: String { folder.hasSuffix("/") ? folder + bucket : folder + "/" + bucket }
  private var uploads: String { root + "/" + ObjectName.uploads }

  /// Proves that the folder is there and that the bucket can be written to, makes the bucket, and removes files of
  /// writers that are gone.
  public func open(prefix: String) throws(CDCError) {
    known = []
    guard !bucket.isEmpty, bucket != ".", bucket != "..", !bucket.contains("/"), !bucket.utf8.contains(0) else {
      throw CDCError(.objectStoreSettings, "The bucket's name \"\(bucket)\" can't be a folder's")
    }
    var status = stat()
    guard stat(folder, &status) == 0 else { throw FolderFailure.error(errno, "Looking at the folder \(folder)") }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw CDCError(.folderMissing, "\(folder) is not a folder") }
    try make(root, in: folder)
    try make(uploads, in: root)
    try HalfWrittenFile.removeLeftovers(in: uploads)
    // That it can be written to shows only in writing.
    var trial = try HalfWrittenFile(in: uploads)
    defer { trial.discard() }
    try withUnsafeBytes(of: UInt8(ascii: "x")) { byte throws(CDCError) in try trial.write(.bytes(byte)) }
  }

  /// Does nothing: a folder has no uploads but the files that `open` removes.
  public func removeUploads(under prefix: String, where isOwn: (_ name: String) -> Bool) throws(CDCError) {}

  /// Stores an object as a file.
  public func put(_ name: String, _ body: ObjectBody, _ options: ObjectOptions) throws(CDCError) {
    if let problem = ObjectName.problem(name) {
      throw CDCError(.objectName, "The name of an object in \(root) \(problem)")
    }
    let parts = name.split(separator: "/")
    let path = root + "/" + parts.joined(separator: "/")
    if options.ifNoneMatch, access(path, F_OK) == 0 { return }
    var file = try HalfWrittenFile(in: uploads)
    defer { file.discard() }
    try file.write(body)
    // A folder that was made once may have been removed since: then it is made again.
    var tries = 0
    while true {
      let parent = try makeParents(parts.dropLast())
      let failure = file.move(to: path, replaces: !options.ifNoneMatch)
      if failure == ENOENT, tries == 0 {
        tries += 1
        known = []
        continue
      }
      guard failure == 0 else { throw FolderFailure.error(failure, "Storing the object \(path)") }
      try sync(parent)
      return
    }
  }

  /// Forgets what it knows of the folders.
  public func close() { known = [] }

  /// Makes the folders that an object's path goes through; the result is the last one's path.
  private func makeParents(_ parts: ArraySlice<Substring>) throws(CDCError) -> String {
    let whole = parts.isEmpty ? root : root + "/" + parts.joined(separator: "/")
    if parts.isEmpty || known.contains(whole) { return whole }
    var path = root
    for part in parts {
      let parent = path
      path += "/" + part
      if !known.contains(path) { try make(path, in: parent) }
    }
    return whole
  }

  /// Makes a folder durably, if it is not there.
  private func make(_ path: String, in parent: String) throws(CDCError) {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw FolderFailure.error(errno, "Making the folder \(path)")
    }
    // Also when another process made it: that may have died before this.
    try sync(parent)
    if known.count >= Self.memory { known = [] }
    known.insert(path)
  }

  /// Makes the names in a folder durable.
  private func sync(_ path: String) throws(CDCError) {
    let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw FolderFailure.error(errno, "Opening the folder \(path)") }
    defer { Glibc.close(directory) }
    // Some network file systems have no fsync of folders: what they acknowledge is durable.
    guard fsync(directory) == 0 || errno == EINVAL else {
      throw FolderFailure.error(errno, "Making the names in \(path) durable")
    }
  }
}
