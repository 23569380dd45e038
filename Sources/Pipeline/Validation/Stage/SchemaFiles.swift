internal import ChangeModel
internal import Glibc
internal import JSON

/// JSON Schemas in files; a reference reaches only the files in the schema's own folder and below.
public enum SchemaFiles {
  /// A schema file may have this many bytes.
  private static let sizeLimit = 16 << 20

  /// Compiles the schema in a file. Throws where the file or what it refers to can't be read or used.
  public static func load(_ path: String) throws(SchemaProblem) -> JSONSchema {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let base = "file:///" + (path.hasPrefix("/") ? String(path.dropFirst()) : path)
    let root = base.lastIndex(of: "/").map { String(base[...$0]) } ?? base
    let document = try read(path)
    // An `$id` names the folder anew: files beside the schema are beside its `$id`, too.
    let id = SchemaURI.resolve(SchemaURI.split(document["$id"]?.string ?? "").uri, against: base)
    let idRoot = id.lastIndex(of: "/").map { String(id[...$0]) } ?? root
    return try JSONSchema(document, uri: base) { uri throws(SchemaProblem) in
      if uri == base { return document }
      // Meta-schemas are known by their names; nothing is fetched.
      guard let own = [root, idRoot].first(where: { uri.hasPrefix($0) }) else { return nil }
      let name = String(uri.dropFirst(own.count))
      guard !name.isEmpty, !name.split(separator: "/").contains("..") else { return nil }
      return try read(folder + name)
    }
  }

  private static func read(_ path: String) throws(SchemaProblem) -> JSONValue {
    func problem(_ message: String) -> SchemaProblem { SchemaProblem(document: path, pointer: "", message: message) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw problem("the file can't be opened: \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw problem("the file can't be read: \(String(cString: strerror(errno)))") }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= sizeLimit else { throw problem("the file is larger than 16 MiB") }
    }
    do throws(JSONError) {
      return try JSONValue(parsing: bytes)
    } catch { throw problem("the file is not JSON: \(error)") }
  }
}
