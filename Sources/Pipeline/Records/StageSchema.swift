internal import Avro
internal import EventEncoding
internal import JSON

/// A schema of keys or values inside a pipeline: what came from the registry, or what a stage made. Made once and kept;
/// two are the same only if they are one object.
final class StageSchema {
  /// Its number in the pipeline's table.
  let number: Int32
  /// The schema of a value that is not null: a union of null and one other stands without the null.
  let avro: Schema
  /// Whether the schema says that the value may be null (in Kafka Connect's words: optional).
  let isOptional: Bool
  /// The fields of a struct; nil for anything else.
  let fields: [StageField]?
  /// Kafka Connect's name: `connect.name`, or a named type's own.
  let name: String?
  private let locator: FieldLocator?
  private let skipping: SkipPlan

  /// Throws where the schema names a type that it does not define.
  init(number: Int32, avro: Schema, isOptional: Bool) throws(AvroError) {
    self.number = number
    self.avro = avro
    self.isOptional = isOptional
    name = avro.attributes["connect.name"]?.string ?? avro.fullName
    skipping = try SkipPlan(avro)
    guard let record = avro.record else {
      fields = nil
      locator = nil
      return
    }
    var fields: [StageField] = []
    for field in record.fields { fields.append(try StageField(field, in: avro)) }
    self.fields = fields
    locator = try FieldLocator(avro)
  }

  /// The schema as it is registered, and as it stands in a field: a union with null where the value may be null, null
  /// first unless there is a default (as Confluent's converter writes it).
  var wire: Schema {
    guard isOptional else { return avro }
    return Schema(.union(hasDefault ? [avro, Schema(.null)] : [Schema(.null), avro]))
  }

  /// What stands before a value in that union, and the whole of a null.
  var valueBranch: UInt8 { hasDefault ? 0 : 2 }
  var nullBranch: UInt8 { hasDefault ? 2 : 0 }

  /// Whether there is a default that is not null.
  var hasDefault: Bool {
    guard let value = avro.attributes["connect.default"] else { return false }
    return !value.isNull
  }

  /// The place of a field; nil: there is none.
  func index(of name: String) -> Int? { fields?.firstIndex { $0.name == name } }

  /// Finds the fields `first ..< end` of a struct; `position` is where the first of them begins. Returns where the last
  /// ends.
  func locate(
    _ bytes: UnsafeRawBufferPointer, from first: Int, at position: Int, to end: Int,
    into out: UnsafeMutablePointer<FieldLocator.Location>
  ) throws(AvroError) -> Int {
    guard let locator else { return position }
    var reader = AvroReader(bytes, at: position)
    try locator.locate(&reader, from: first, to: end, into: out)
    return reader.position
  }

  /// Whether the bytes are one value of the schema.
  func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = AvroReader(bytes)
    do throws(AvroError) { try skipping.skip(&reader) } catch { return false }
    return reader.isAtEnd
  }
}
