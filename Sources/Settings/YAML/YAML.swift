public import ChangeModel
public import JSON

/// YAML 1.2 texts, of which JSON texts are a part.
public enum YAML {
  /// The value of a text's one document; an empty text is null. Aliases are replaced by what they stand for.
  public static func parse(_ text: [UInt8]) throws(YAMLProblem) -> JSONValue {
    do throws(YAMLProblem) {
      return try node(text).map(value) ?? .null
    } catch {
      // libyaml does not read every JSON text: it refuses the halves of a surrogate pair.
      if let json = try? JSONValue(parsing: text) { return json }
      throw error
    }
  }

  /// The same with an error that names the file: `topics.yaml:3:7: …`.
  public static func parse(_ text: [UInt8], file: String) throws(CDCError) -> JSONValue {
    do throws(YAMLProblem) { return try parse(text) } catch {
      throw CDCError(.malformedDocument, "\(file):\(error.line):\(error.column): \(error.message)")
    }
  }

  /// Reads and parses a file.
  public static func read(_ path: String) throws(CDCError) -> JSONValue {
    let bytes: [UInt8]
    do throws(ReferenceProblem) { bytes = try SmallFile.read(path) } catch {
      throw CDCError(.malformedDocument, "a file can't be read", cause: error.message)
    }
    return try parse(bytes, file: path)
  }

  static func node(_ text: [UInt8]) throws(YAMLProblem) -> YAMLNode? {
    var parser = YAMLParser(text)
    return try parser.document()
  }

  static func value(_ node: YAMLNode) -> JSONValue {
    switch node.content {
    case .scalar(let text, let isPlain, let tag): CoreScalar.resolve(text, isPlain: isPlain, tag: tag)
    case .sequence(let items): .array(items.map(value))
    case .mapping(let pairs):
      .object(
        JSONObject(
          pairs.map { pair in
            guard case .scalar(let name, _, _) = pair.key.content else {
              return JSONObject.Member("", value(pair.value))
            }
            return JSONObject.Member(name, value(pair.value))
          }))
    }
  }
}
