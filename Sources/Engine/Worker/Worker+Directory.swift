internal import ChangeModel
internal import Glibc
internal import JSON
internal import Telemetry

extension Worker {
  /// Applies the files of `connectors.directory` whose content is another than when they were applied last. A bad file
  /// is logged and shown in `/health`; the others are applied all the same.
  func applyDirectory(_ applied: [String: String]) {
    guard let directory = services.connectorsDirectory else { return }
    guard let files = Self.jsonFiles(in: directory) else {
      noteBadFile(directory, "the folder of connectors.directory can't be read")
      services.log.error("the folder of connectors.directory can't be read", ["file.path": directory])
      return
    }
    for file in files {
      do {
        try apply(file, in: directory, applied[file])
        noteBadFile(file, nil)
      } catch {
        noteBadFile(file, error.description)
        services.log.error(
          "a connector's file was not applied: \(error.description)", ["file.path": "\(directory)/\(file)"])
      }
    }
  }

  private func apply(_ file: String, in directory: String, _ applied: String?) throws(CDCError) {
    let path = "\(directory)/\(file)"
    guard let content = try DurableFile.read(path) else { return }
    let digest = Self.digest(content)
    guard digest != applied else { return }
    let document: ConnectorDocument
    do { document = try ConnectorDocument(JSONValue(parsing: content)) } catch {
      throw CDCError(.badConnectorFile, "\(path) is no connector's configuration", cause: "\(error)")
    }
    // A file like topics.yaml's JSON sister or an Avro schema lies in the same folder in the example.
    guard document.config["connector.class"] != nil else { return }
    let name = document.name ?? String(file.dropLast(".json".count))
    do {
      _ = try put(name, config: document.config, mustBeNew: false, initialState: .running)
    } catch {
      throw CDCError(.badConnectorFile, "\(path) was refused", cause: error.message)
    }
    try services.store.putAppliedFile(file, digest: digest)
  }

  private static func jsonFiles(in directory: String) -> [String]? {
    guard let handle = opendir(directory) else { return nil }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".json") && !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// FNV-1a over the content, in hexadecimal: tells a changed file, protects nothing.
  private static func digest(_ content: [UInt8]) -> String {
    let hash = content.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return "\(content.count)-" + String(hash, radix: 16)
  }
}
