/// What objects may be called.
public enum ObjectName {
  /// The longest name, in bytes of UTF-8 (S3's limit for keys).
  public static let limit = 1024
  /// The folder of half-written files in a bucket that is a folder.
  static let uploads = ".martinet-uploads"

  /// Why no store takes an object of this name, for behind its subject: "has …". Nil: it can be used. What `.` and `..`
  /// would mean in a path, stores, proxies and readers don't agree on.
  public static func problem(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.utf8.count > limit { return "has more than \(limit) bytes" }
    if name.utf8.contains(0) { return "has a zero byte" }
    if name.hasSuffix("/") { return "ends with a slash" }
    let parts = name.split(separator: "/")
    if parts.contains(where: { $0 == "." || $0 == ".." }) { return "has . or .. as a part of its path" }
    if parts.first.map(String.init) == uploads {
      return "begins with \(uploads), which is kept for files being written"
    }
    return nil
  }
}
