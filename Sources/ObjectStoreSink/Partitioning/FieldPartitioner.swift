internal import Avro
internal import ChangeModel

/// `<field>=<value>/…`, Confluent's FieldPartitioner.
final class FieldPartitioner: Partitioner {
  private let fields: [String]
  private let delimiter: String
  private var last = Folder("")

  init(fields: [String], delimiter: String) {
    self.fields = fields
    self.delimiter = delimiter
  }

  func place(_ view: RecordView, now: Int64) throws(RecordRefusal) -> Placement {
    guard view.value.kind == .avro, let schema = view.value.schema, schema.avro.record != nil else {
      throw .task(.objectNoPartition, "has a value that is no struct, so that it has no field to partition by")
    }
    var path = ""
    for field in fields {
      if !path.isEmpty { path += delimiter }
      path += field + "="
      switch try schema.path(field).value(in: view.value.bytes) {
      case .null: path += "null"
      case .integer(let number): path += String(number)
      case .boolean(let flag): path += flag ? "true" : "false"
      case .text(let text): path += text
      case .other:
        throw .task(.objectNoPartition, "has in the field \(field) a type that can't name a folder")
      }
    }
    if path != last.path { last = Folder(path) }
    return Placement(folder: last)
  }
}
