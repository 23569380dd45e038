internal import Glibc
internal import JSON

/// A connector's configuration in a file: `{"name": …, "config": {…}}` or the flat map.
struct ConnectorFile {
  var name: String
  var config: JSONObject

  /// Reads a file. Throws with the file's name and the place of what is wrong.
  init(path: String) throws(Failure) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: try Self.content(path).get()) } catch {
      throw .failed("\(path), \(error.description)")
    }
    guard let object = value.object else { throw .failed("\(path) holds no JSON object") }
    let inner = object["config"]?.object
    config = inner ?? object
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    name = object["name"]?.string ?? (fileName.hasSuffix(".json") ? String(fileName.dropLast(5)) : fileName)
    guard config["connector.class"] != nil else { throw .failed("\(path) has no connector.class") }
  }

  /// The files that a path means: itself, or the JSON files of a folder that hold a connector, by name.
  static func all(at path: String) throws(Failure) -> [ConnectorFile] {
    guard let names = entries(path) else { return [try ConnectorFile(path: path)] }
    var files: [ConnectorFile] = []
    for name in names where name.hasSuffix(".json") {
      let file = "\(path)/\(name)"
      // Schemas and the like may lie beside connectors.
      if let bytes = try? content(file).get(), let value = try? JSONValue(parsing: bytes),
        (value["config"] ?? value)["connector.class"] == nil
      {
        continue
      }
      files.append(try ConnectorFile(path: file))
    }
    guard !files.isEmpty else { throw .failed("the folder \(path) holds no connector's configuration") }
    return files
  }

  private static func content(_ path: String) -> Result<[UInt8], JSONError> {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return .failure(JSONError(message: "can't be read: \(String(cString: strerror(errno)))", line: 1, column: 1))
    }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        return .failure(JSONError(message: "can't be read: \(String(cString: strerror(errno)))", line: 1, column: 1))
      }
      if count == 0 { return .success(bytes) }
      bytes += chunk[..<count]
    }
  }

  /// The names in a folder, sorted; nil: it is none.
  private static func entries(_ path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.sorted()
  }
}
