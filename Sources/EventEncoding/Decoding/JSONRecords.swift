public import Avro
public import ChangeModel
internal import JSON

/// Records of the JSON converter, turned into Avro of the same schema first: the slow way, to one internal form.
public final class JSONRecords {
  /// A schema as it stood in a record, by its number, with what writes its values.
  private struct Converted {
    var number: Int
    var codec: ValueCodec
  }

  private var known: [JSONValue: Converted] = [:]
  private var schemas: [Schema] = []

  /// Reads nothing yet.
  public init() {}

  /// The schema with a number that `convert` returned.
  public func schema(_ number: Int) -> Schema { schemas[number] }

  /// Appends the record's payload as Avro and returns the number of its schema; nil: the payload is null. Throws what
  /// is wrong with the record.
  public func convert(
    _ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer
  ) throws(RecordProblem) -> Int? {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch {
      throw RecordProblem("is not JSON (line \(error.line), column \(error.column))")
    }
    guard let object = document.object, let schema = object["schema"], let payload = object["payload"],
      object.members.count == 2
    else { throw RecordProblem("is not an object of schema and payload, as the JSON converter with schemas writes it") }
    if payload.isNull { return nil }
    let converted = try converted(schema)
    do throws(AvroError) {
      out.append(try converted.codec.encode(payload))
    } catch {
      throw RecordProblem("does not fit the schema that stands beside it")
    }
    return converted.number
  }

  private func converted(_ schema: JSONValue) throws(RecordProblem) -> Converted {
    if let found = known[schema] { return found }
    guard let connect = ConnectSchema(connectJSON: schema) else {
      throw RecordProblem("has a schema that is not one of Kafka Connect's")
    }
    let avro = connect.avro
    let made: Converted
    do throws(AvroError) { made = Converted(number: schemas.count, codec: try ValueCodec(avro)) } catch {
      throw RecordProblem("has a schema that can't be read (\(error))")
    }
    schemas.append(avro)
    if known.count > 1000 { known.removeAll() }
    known[schema] = made
    return made
  }
}

/// What is wrong with a record: the end of a sentence that begins with the key or value.
public struct RecordProblem: Error {
  /// What is wrong.
  public var text: String
  init(_ text: String) { self.text = text }
}

extension ConnectSchema {
  /// Reads a schema in the JSON converter's form; nil: it is not one.
  init?(connectJSON json: JSONValue) {
    guard let object = json.object, let type = object["type"]?.string else { return nil }
    let kind: Kind
    switch type {
    case "int8": kind = .int8
    case "int16": kind = .int16
    case "int32": kind = .int32
    case "int64": kind = .int64
    case "float": kind = .float32
    case "double": kind = .float64
    case "boolean": kind = .boolean
    case "string": kind = .string
    case "bytes": kind = .bytes
    case "array":
      guard let items = object["items"].flatMap({ ConnectSchema(connectJSON: $0) }) else { return nil }
      kind = .array(items)
    case "map":
      guard let keys = object["keys"].flatMap({ ConnectSchema(connectJSON: $0) }),
        let values = object["values"].flatMap({ ConnectSchema(connectJSON: $0) })
      else { return nil }
      kind = .map(key: keys, value: values)
    case "struct":
      var fields: [ConnectField] = []
      for entry in object["fields"]?.array ?? [] {
        guard let name = entry["field"]?.string, let schema = ConnectSchema(connectJSON: entry) else { return nil }
        fields.append(ConnectField(name, schema))
      }
      kind = .structure(fields)
    default: return nil
    }
    self.init(
      kind, isOptional: object["optional"]?.bool ?? false, name: object["name"]?.string,
      version: object["version"]?.int, doc: object["doc"]?.string,
      defaultValue: object["default"].flatMap { Self.defaultValue($0, kind) },
      parameters: object["parameters"]?.object ?? JSONObject())
  }

  private static func defaultValue(_ json: JSONValue, _ kind: Kind) -> ConnectDefault? {
    guard kind == .bytes else { return ConnectDefault(avroJSON: json, kind: kind) }
    return json.string.flatMap { Avro.Base64.decode($0) }.map { .bytes($0) }
  }
}
