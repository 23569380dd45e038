import ChangeModel
import Foundation
import TestSupport
import Testing

@testable import ObjectStore

/// Buckets that are folders.
@Suite struct FolderStoreTests {
  private func open(_ folder: TemporaryFolder, _ bucket: String = "lake") throws -> FolderStore {
    let store = FolderStore(folder: folder.path, bucket: bucket)
    try store.open(prefix: "")
    return store
  }

  /// The objects of a bucket with their content; a half-written file counts as one.
  static func objects(_ folder: TemporaryFolder, _ bucket: String = "lake") -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    let root = folder.path(bucket)
    for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
      if !isFolder.boolValue { found[name] = Array(FileManager.default.contents(atPath: root + "/" + name) ?? Data()) }
    }
    return found
  }

  @Test func objectsAreFiles() throws {
    let folder = try TemporaryFolder("store")
    let store = try open(folder)
    let content = Stores.content(700_001)
    try store.put("topics/t/year=2026/t+0+0000000042.avro", content)
    try store.put("topics/t/year=2026/ü 雪.json", file: content)
    try store.put("empty", [])
    try store.put("empty file", file: [])
    try store.put("a//b", "x")
    try store.put("replaced", "first and long")
    try store.put("replaced", "second")
    store.close()
    #expect(
      Self.objects(folder) == [
        "topics/t/year=2026/t+0+0000000042.avro": content, "topics/t/year=2026/ü 雪.json": content, "empty": [],
        "empty file": [], "a/b": Array("x".utf8), "replaced": Array("second".utf8),
      ])
  }

  @Test func anObjectThatExistsIsLeftAsItIs() throws {
    let folder = try TemporaryFolder("store")
    let store = try open(folder)
    let once = ObjectOptions(ifNoneMatch: true)
    try store.put("d/a", "first", once)
    try store.put("d/a", "second", once)
    // Also when it comes to be between the look and the move.
    var file = try HalfWrittenFile(in: folder.path("lake/.martinet-uploads"))
    #expect(file.move(to: folder.path("lake/d/a"), replaces: false) == 0)
    file.discard()
    #expect(Self.objects(folder) == ["d/a": Array("first".utf8)])
  }

  @Test func leftoversOfTheDeadAreRemovedAndThoseOfTheLivingStay() throws {
    let folder = try TemporaryFolder("store")
    _ = try open(folder)
    let uploads = folder.path("lake/.martinet-uploads")
    try folder.write("half", to: "lake/.martinet-uploads/dead")
    var living = try HalfWrittenFile(in: uploads)
    _ = try open(folder)
    #expect(Self.objects(folder).count == 1)
    #expect(living.move(to: folder.path("lake/a"), replaces: true) == 0)
    living.discard()
    #expect(Self.objects(folder) == ["a": []])
  }

  @Test func foldersThatGoAwayAreMadeAgain() throws {
    let folder = try TemporaryFolder("store")
    let store = try open(folder)
    try store.put("d/e/a", "x")
    try FileManager.default.removeItem(atPath: folder.path("lake/d"))
    try store.put("d/e/a", "y")
    #expect(Self.objects(folder) == ["d/e/a": Array("y".utf8)])
    try FileManager.default.removeItem(atPath: folder.path("lake"))
    #expect(failure { try store.put("d/e/a", "z") }?.code == .folderMissing)
  }

  @Test func namesCantLeaveTheBucket() throws {
    let folder = try TemporaryFolder("store")
    let store = try open(folder)
    for name in ["../a", "a/../../b", "..", "", "a/", "/..", ".martinet-uploads/a", "a\0b"] {
      #expect(failure { try store.put(name, "x") }?.code == .objectName)
    }
    try store.put("/a", "x")
    #expect(Self.objects(folder) == ["a": Array("x".utf8)])
    for bucket in ["", ".", "..", "a/b"] {
      #expect(failure { _ = try open(folder, bucket) }?.code == .objectStoreSettings)
    }
  }

  @Test func namesThatNoFileCanHaveAreNamed() throws {
    let folder = try TemporaryFolder("store")
    let store = try open(folder)
    #expect(failure { try store.put(String(repeating: "a", count: 300), "x") }?.code == .objectName)
    try store.put("a/b", "x")
    #expect(failure { try store.put("a", "x") }?.code == .objectName)
    #expect(failure { try store.put("a/b/c", "x") }?.code == .objectName)
    #expect(Self.objects(folder) == ["a/b": Array("x".utf8)])
  }

  @Test func theFolderMustBeThere() throws {
    let folder = try TemporaryFolder("store")
    let missing = failure { try FolderStore(folder: folder.path("missing"), bucket: "b").open(prefix: "") }
    #expect(missing?.code == .folderMissing)
    #expect(missing?.message.contains(folder.path("missing")) == true)
    try folder.write("x", to: "file")
    #expect(
      failure { try FolderStore(folder: folder.path("file"), bucket: "b").open(prefix: "") }?.code == .folderMissing)
    try folder.write("x", to: "bucket")
    #expect(failure { _ = try open(folder, "bucket") }?.code == .objectName)
  }

  /// Root may write anywhere: its thread becomes somebody else for the file system.
  @Test func aFolderThatCantBeWrittenIsNamed() throws {
    let folder = try TemporaryFolder("store", isShared: true)
    let become = try #require(dlsym(nil, "setfsuid"))
    typealias Become = @convention(c) (UInt32) -> Int32
    let setfsuid = unsafeBitCast(become, to: Become.self)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    let isRoot = geteuid() == 0
    if isRoot { _ = setfsuid(65534) }
    let fresh = failure { _ = try open(folder) }
    if isRoot { _ = setfsuid(0) }
    #expect(fresh?.code == .folderNotWritable)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    let store = try open(folder)
    if isRoot { _ = setfsuid(65534) } else { try deny(folder.path("lake/.martinet-uploads")) }
    let later = failure { try store.put("a", "x") }
    if isRoot { _ = setfsuid(0) }
    #expect(later?.code == .folderNotWritable)
    #expect(Self.objects(folder).isEmpty)
    #expect(FolderFailure.error(EROFS, "x").code == .folderNotWritable)
    #expect(FolderFailure.error(EACCES, "x").code == .folderNotWritable)
    #expect(FolderFailure.error(EIO, "x").code == .folderFailed)
    #expect(FolderFailure.error(EDQUOT, "x").code == .folderFull)
    #expect(FolderFailure.error(ENOSPC, "x").code.failureClass == .target)
  }

  private func deny(_ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
  }

  @Test func theRootOfTheFileSystemIsAFolder() {
    let error = failure { try FolderStore(folder: "/", bucket: "proc").open(prefix: "") }
    #expect(error?.message.contains("/proc/.martinet-uploads") == true)
  }

  @Test func aFileThatIsTooShortIsNamed() throws {
    let folder = try TemporaryFolder("store")
    let store = try open(folder)
    let path = try folder.write("short", to: "short")
    let file = Foundation.open(path, O_RDONLY)
    defer { Foundation.close(file) }
    let body = ObjectBody.file(descriptor: file, count: 10)
    #expect(failure { try store.put("a", body, ObjectOptions()) }?.code == .objectContent)
    #expect(failure { try store.put("a", .file(descriptor: -1, count: 1), ObjectOptions()) }?.code == .objectContent)
    // A pipe can't be copied inside the kernel by offset, nor read by one.
    #expect(Self.objects(folder).isEmpty)
  }

  @Test(
    arguments: [
      ("file:///data/lake", "/data/lake"), ("file:/data", "/data"), ("file://localhost/data", "/data"),
      ("FILE:///a%20b+c", "/a b+c"), ("file:///", "/"), ("file://host/data", nil), ("file:data", nil), ("s3://a", nil),
      ("/data", nil), ("file:///a%00b", nil),
    ] as [(String, String?)])
  func addresses(_ url: String, _ path: String?) { #expect(FolderStore.folder(of: url) == path) }
}
