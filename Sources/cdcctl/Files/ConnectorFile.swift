internal import JSON

/// A connector in a file: `{"name": …, "config": {…}}`, or the flat map with the name among the keys. Without a name it has
/// the file's, as in the engine's own folder of connectors.
struct ConnectorFile: Sendable {
  var name: String
  /// The configuration as it stands in the file.
  var config: JSONObject
  /// `initial_state` of the first form.
  var initialState: JSONValue?

  /// The connector class; empty if there is none, which the engine refuses better than we can.
  var className: String { config["connector.class"]?.string ?? "" }

  static func read(_ path: String) throws(Failure) -> ConnectorFile {
    let bytes = try Disk.read(path)
    do {
      return try parse(try JSONValue(parsing: bytes), path)
    } catch let error as JSONError {
      throw .failed("file", "\(path) is not valid JSON: \(error.description)")
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .failed("file", "\(path) can't be read")
    }
  }

  static func parse(_ value: JSONValue, _ path: String) throws(Failure) -> ConnectorFile {
    guard case .object(let object) = value else {
      throw .failed("file", "\(path) is not a connector: it is not a JSON object")
    }
    let isNested = object["config"]?.object != nil && object["connector.class"] == nil
    if isNested, let other = object.names.first(where: { !["name", "config", "initial_state"].contains($0) }) {
      throw .failed("file", "\(path) is not a connector: beside \"name\" and \"config\" there is \"\(other)\"")
    }
    var config = isNested ? object["config"]?.object ?? JSONObject() : object
    guard let name = (object["name"] ?? config["name"])?.string ?? fileName(path), !name.isEmpty else {
      throw .failed("file", "\(path) names no connector: the key \"name\" is missing")
    }
    if !isNested, config["connector.class"] == nil {
      throw .failed("file", "\(path) is not a connector: it has neither \"config\" nor \"connector.class\"")
    }
    if !isNested { config["name"] = .string(name) }
    return ConnectorFile(name: name, config: config, initialState: isNested ? object["initial_state"] : nil)
  }

  /// Whether a file holds something else than a connector, such as a schema: those may lie in the same folder.
  static func isSomethingElse(_ path: String) -> Bool {
    guard let bytes = try? Disk.read(path), case .object(let object)? = try? JSONValue(parsing: bytes) else {
      return false
    }
    return object["connector.class"] == nil && object["config"]?.object == nil
  }

  /// `crm` of `connectors/crm.json`; nil for standard input.
  private static func fileName(_ path: String) -> String? {
    guard path != "-", let last = path.split(separator: "/").last else { return nil }
    return last.hasSuffix(".json") ? String(last.dropLast(".json".count)) : String(last)
  }
}
