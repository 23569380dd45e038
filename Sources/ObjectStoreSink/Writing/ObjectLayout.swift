/// Which objects an open file becomes and how they are written.
struct ObjectLayout {
  /// The format of values.
  var values: any ObjectFormat
  /// The format of keys in an object of their own; nil: they are not stored.
  var keys: (any ObjectFormat)?
  /// The format of headers in an object of their own; nil: they are not stored.
  var headers: (any ObjectFormat)?
  /// Names of objects.
  var naming: any ObjectNaming
  /// Whether an object that is there already is left as it is.
  var ifNoneMatch = false
  /// Whether objects are tagged with their offsets and their number of records.
  var isTagged = false

  /// The format of a part.
  func format(_ part: RecordPart) -> (any ObjectFormat)? {
    switch part {
    case .value: values
    case .key: keys
    case .headers: headers
    }
  }
}
