internal import Avro
internal import ChangeModel
internal import JSON

/// One side (key or value) of a topic's records: its schema, and what stands before the Avro bytes or JSON text.
struct RecordSide {
  var schema: ConnectSchema
  /// The schema's id in the registry; 0 without Avro.
  var schemaID: Int32 = 0
  /// `{"schema":…,"payload":`; empty where JSON is written without schemas.
  var jsonHead: [UInt8] = []

  /// Prepares a side; asks the registry where the converter is Avro's.
  init(
    _ schema: ConnectSchema, _ converter: ConverterConfig, subject: String, _ registrar: (any SchemaRegistrar)?
  ) throws(CDCError) {
    self.schema = schema
    switch converter.format {
    case .avro:
      guard let registrar else {
        throw CDCError(.converterNotUsable, "the Avro converter of \(subject) has no schema registry")
      }
      schemaID = try registrar.id(subject: subject, schema: schema.avro)
    case .json: jsonHead = Array("{\"schema\":\(schema.connectJSON.text),\"payload\":".utf8)
    case .jsonWithoutSchema, .string, .bytes: break
    }
  }
}

extension RecordSide {
  /// Prepares a side whose schema stages may have made: it must be one that the converter's form allows.
  init(
    avro: Avro.Schema, _ converter: ConverterConfig, subject: String, _ registrar: (any SchemaRegistrar)?
  ) throws(CDCError) {
    guard converter.format == .avro else {
      self = try RecordSide(ConnectSchema(avro: avro), converter, subject: subject, registrar)
      return
    }
    guard let registrar else {
      throw CDCError(.converterNotUsable, "the Avro converter of \(subject) has no schema registry")
    }
    if let name = avro.unusableName {
      throw CDCError(.stageSchema, "the schema of \(subject) has the name \(name), which Avro does not allow")
    }
    schema = ConnectSchema(.bytes)
    schemaID = try registrar.id(subject: subject, schema: avro)
  }
}

extension Avro.Schema {
  /// A field's name that Avro does not allow; nil: there is none.
  fileprivate var unusableName: String? {
    switch kind {
    case .array(let inner), .map(let inner): return inner.unusableName
    case .union(let branches):
      for branch in branches { if let name = branch.unusableName { return name } }
    case .record(let record):
      for field in record.fields {
        if !NameAdjustment.isAvroName(field.name) { return field.name }
        if let name = field.schema.unusableName { return name }
      }
    default: break
    }
    return nil
  }
}

/// The records of a topic that belongs to no table.
struct RecordShape {
  var topic: Int32
  var key: RecordSide
  var value: RecordSide
}

/// The topics that an encoder writes, by number. The numbers stay the same as long as the encoder lives.
struct TopicTable {
  private(set) var names: [String] = []
  private var numbers: [String: Int32] = [:]
  private var owners: [String: TableName] = [:]

  /// The number of a topic that belongs to no table.
  mutating func number(of topic: String) -> Int32 {
    if let number = numbers[topic] { return number }
    let number = Int32(names.count)
    names.append(topic)
    numbers[topic] = number
    return number
  }

  /// The number of a table's topic. Throws where another table has it.
  mutating func number(of topic: String, owner: TableName) throws(CDCError) -> Int32 {
    if let other = owners[topic], other != owner {
      throw CDCError(
        .topicsCollide, "the tables \(other.qualified) and \(owner.qualified) both belong to the topic \(topic)")
    }
    owners[topic] = owner
    return number(of: topic)
  }
}
