internal import Foundation

/// A folder under `/tmp` that goes away with the value, and at the latest with the test process.
public final class TemporaryFolder: Sendable {
  /// Its absolute path, without a slash at the end.
  public let path: String
  private let guardKey: Int

  /// Makes a folder that only this user may enter; `isShared`: that everybody may enter.
  public init(_ name: String = "test", isShared: Bool = false) throws {
    path = "/tmp/martinet-\(name)-\(UUID().uuidString.prefix(13).lowercased())"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: isShared ? 0o755 : 0o700])
    guardKey = ExitGuard.onExit("rm -rf '\(path)'")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    ExitGuard.withdraw(guardKey)
  }

  /// The path of `name` in it.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file (and the folders on the way) and returns its path.
  @discardableResult public func write(_ text: String, to name: String) throws -> String {
    let file = path(name)
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// A file's text.
  public func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}
