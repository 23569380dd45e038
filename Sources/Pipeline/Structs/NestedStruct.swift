internal import Avro
internal import ChangeModel

/// A struct inside of a payload (an envelope's `source`): its fields are located in the payload's bytes on demand.
final class NestedStruct {
  let fields: [StageField]
  private let locator: FieldLocator
  private let locations: UnsafeMutablePointer<FieldLocator.Location>

  /// Nil: the schema is no struct. Throws where a name is not defined.
  init?(_ inner: Schema, in root: Schema) throws(AvroError) {
    guard let record = inner.record else { return nil }
    var fields: [StageField] = []
    for field in record.fields { fields.append(try StageField(field, in: root)) }
    self.fields = fields
    locator = try FieldLocator(inner, in: root)
    locations = .allocate(capacity: max(1, fields.count))
  }

  deinit { locations.deallocate() }

  /// The place of a field.
  func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  /// Locates the first `end` fields of the struct that begins at `start`.
  func locate(_ bytes: UnsafeRawBufferPointer, at start: Int, to end: Int) throws(AvroError) {
    var reader = AvroReader(bytes, at: start)
    try locator.locate(&reader, from: 0, to: end, into: locations)
  }

  /// The value of a located field, without its union branch; nil: it is null.
  func value(_ field: Int, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let place = locations[field]
    if fields[field].nullBranch >= 0, place.branch == fields[field].nullBranch { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.start + place.length)])
  }
}
