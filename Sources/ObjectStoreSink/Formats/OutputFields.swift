internal import ChangeModel
internal import EventEncoding
internal import JSON

/// What Aiven's sink writes of a record, in the configured order.
struct OutputFields {
  /// `key`, `value`, `offset`, `timestamp`, `headers`.
  let names: [String]
  /// Whether a single field stands in an object.
  let hasEnvelope: Bool

  init(names: [String], hasEnvelope: Bool) {
    self.names = names
    self.hasEnvelope = hasEnvelope
  }

  /// The order in which JSON has them: that of Java's HashMap, which Aiven's sink keeps them in.
  var jsonOrder: [String] { ["headers", "offset", "value", "key", "timestamp"].filter { names.contains($0) } }
}

/// CSV as Aiven's sink writes it: fields separated by commas, records by newlines, no escapes.
final class CSVFormat: PlainFormat {
  private let output: OutputFields
  private let isBase64: Bool

  init(_ output: OutputFields, isBase64: Bool, fileExtension: String, compression: StreamCompression) {
    self.output = output
    self.isBase64 = isBase64
    super.init(wholeExtension: fileExtension, contentType: "text/csv", compression: compression)
  }

  override func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {
    if object.records > 0 { object.body.buffer.append(UInt8(ascii: "\n")) }
    for (index, name) in output.names.enumerated() {
      if index > 0 { object.body.buffer.append(UInt8(ascii: ",")) }
      try appendField(name, view, to: &object.body.buffer)
    }
  }

  private func appendField(_ name: String, _ view: RecordView, to out: inout ByteBuffer) throws(RecordRefusal) {
    switch name {
    case "key":
      switch view.key.kind {
      case .null: break
      case .bytes, .text: JSONWriting.appendBase64(view.key.bytes, to: &out)
      case .avro, .json: throw .task(.objectFormat, "has a key that is neither bytes nor a text, which csv can't hold")
      }
    case "offset": JSONNumbers.append(view.record.offset, to: &out)
    case "timestamp": if let time = view.timestamp { JSONNumbers.append(time, to: &out) }
    case "headers":
      RecordHeaderList.forEach(view) { name, value in
        name.withUnsafeBytes { JSONWriting.appendBase64($0, to: &out) }
        out.append(UInt8(ascii: ":"))
        value?.withUnsafeBytes { JSONWriting.appendBase64($0, to: &out) }
        out.append(UInt8(ascii: ";"))
      }
    default:
      switch view.value.kind {
      case .null: break
      case .bytes:
        if isBase64 { JSONWriting.appendBase64(view.value.bytes, to: &out) } else { out.append(view.value.bytes) }
      case .avro, .json, .text: throw .task(.objectFormat, "has a value that is not bytes, which csv can't hold")
      }
    }
  }
}

/// JSON as Aiven's sink writes it: one document a record, as a list or a line each.
final class RecordJSONFormat: PlainFormat {
  private let output: OutputFields
  private let isList: Bool

  init(_ output: OutputFields, isList: Bool, fileExtension: String, compression: StreamCompression) {
    self.output = output
    self.isList = isList
    super.init(wholeExtension: fileExtension, contentType: "application/json", compression: compression)
  }

  override var ends: (head: [UInt8], tail: [UInt8]) {
    isList ? (Array("[\n".utf8), Array("\n]".utf8)) : ([], [])
  }

  override func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {
    if object.records > 0 { object.body.buffer.append(isList ? ",\n" as StaticString : "\n") }
    guard output.hasEnvelope else {
      return try appendField(output.names.first ?? "value", view, to: &object.body.buffer)
    }
    for (index, name) in output.jsonOrder.enumerated() {
      object.body.buffer.append(index == 0 ? "{" as StaticString : ",")
      object.body.buffer.append(text: "\"\(name)\":")
      try appendField(name, view, to: &object.body.buffer)
    }
    object.body.buffer.append(UInt8(ascii: "}"))
  }

  private func appendField(_ name: String, _ view: RecordView, to out: inout ByteBuffer) throws(RecordRefusal) {
    switch name {
    case "key": try JSONDatum.append(view.key, JSONStyle(), to: &out)
    case "offset": JSONNumbers.append(view.record.offset, to: &out)
    case "timestamp":
      if let time = view.timestamp {
        out.append(text: "\"\(ISOInstant.text(time))\"")
      } else {
        out.append("null" as StaticString)
      }
    case "headers": try appendHeaders(view, to: &out)
    default: try JSONDatum.append(view.value, JSONStyle(), to: &out)
    }
  }

  private func appendHeaders(_ view: RecordView, to out: inout ByteBuffer) throws(RecordRefusal) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    var isText = true
    RecordHeaderList.forEach(view) { name, value in
      out.append(isFirst ? "{\"key\":" as StaticString : ",{\"key\":")
      isFirst = false
      isText = name.withUnsafeBytes { JSONWriting.appendQuoted($0, to: &out) } && isText
      out.append(",\"value\":" as StaticString)
      guard let value else { return out.append("null}" as StaticString) }
      isText = value.withUnsafeBytes { JSONWriting.appendQuoted($0, to: &out) } && isText
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "]"))
    guard isText else { throw .task(.objectFormat, "has a header that is not UTF-8") }
  }
}

/// Moments as Java's `DateTimeFormatter.ISO_INSTANT` writes them.
enum ISOInstant {
  static func text(_ time: Int64) -> String {
    let civil = CivilTime(local: time)
    func two(_ number: Int) -> String { TemplateNaming.number(Int64(number), 2) }
    let seconds = civil.milliseconds / 1000
    let rest = civil.milliseconds % 1000
    let fraction = rest == 0 ? "" : "." + TemplateNaming.number(Int64(rest), 3)
    return "\(TemplateNaming.number(Int64(civil.year), 4))-\(two(civil.month))-\(two(civil.day))"
      + "T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))\(fraction)Z"
  }
}
