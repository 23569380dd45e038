internal import Avro
internal import ChangeModel

extension JSONProgram {
  /// Appends the JSON of a value's Avro bytes.
  func write(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) throws(AvroError) {
    var reader = AvroReader(bytes)
    try write(root, &reader, to: &out)
  }

  private func write(_ number: Int32, _ reader: inout AvroReader, to out: inout ByteBuffer) throws(AvroError) {
    let node = nodes[Int(number)]
    if node.nullBranch >= 0, try reader.readBranch(of: 2) == Int(node.nullBranch) {
      return node.fallback.isPresent ? out.append(texts[node.fallback]) : out.append("null" as StaticString)
    }
    switch node.kind {
    case .null: out.append("null" as StaticString)
    case .boolean: out.append(try reader.readBoolean() ? "true" as StaticString : "false")
    case .number: JSONNumbers.append(try reader.readLong(), to: &out)
    case .float: JSONNumbers.append(try reader.readFloat(), to: &out)
    case .double: JSONNumbers.append(try reader.readDouble(), to: &out)
    case .text:
      guard JSONWriting.appendQuoted(try reader.readBytes(), to: &out) else {
        throw AvroError("a string is not valid UTF-8")
      }
    case .bytes: JSONWriting.appendBytes(try reader.readBytes(), to: &out)
    case .decimal:
      out.append(Array(JSONNumbers.decimal(Array(try reader.readBytes()), scale: Int(node.count)).utf8))
    case .fixed: JSONWriting.appendBytes(try reader.readFixed(Int(node.count)), to: &out)
    case .symbol:
      let index = try reader.readInt()
      guard index >= 0, index < node.count else { throw AvroError("an enumeration has no symbol of this number") }
      out.append(texts[fields[Int(node.first + index)].text])
    case .record: try writeRecord(node, &reader, to: &out)
    case .union: try writeUnion(node, &reader, to: &out)
    case .array, .map, .pairs: try writeItems(node, &reader, to: &out)
    }
  }

  private func writeRecord(_ node: Node, _ reader: inout AvroReader, to out: inout ByteBuffer) throws(AvroError) {
    guard node.count > 0 else { return out.append("{}" as StaticString) }
    for index in node.first..<(node.first + node.count) {
      let field = fields[Int(index)]
      out.append(texts[field.text])
      try write(field.node, &reader, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  private func writeUnion(_ node: Node, _ reader: inout AvroReader, to out: inout ByteBuffer) throws(AvroError) {
    let branch = try reader.readBranch(of: Int(node.count))
    if nodes[Int(fields[Int(node.first) + branch].node)].kind == .null { return out.append("null" as StaticString) }
    var isFirst = true
    for index in 0..<Int(node.count) {
      let field = fields[Int(node.first) + index]
      if nodes[Int(field.node)].kind == .null { continue }
      let text = texts[field.text]
      out.append(UInt8(ascii: isFirst ? "{" : ","))
      out.append(UnsafeRawBufferPointer(rebasing: text[1...]))
      isFirst = false
      if index == branch { try write(field.node, &reader, to: &out) } else { out.append("null" as StaticString) }
    }
    out.append(UInt8(ascii: "}"))
  }

  private func writeItems(_ node: Node, _ reader: inout AvroReader, to out: inout ByteBuffer) throws(AvroError) {
    out.append(UInt8(ascii: node.kind == .map ? "{" : "["))
    var isFirst = true
    while true {
      var count = try reader.readLong()
      if count == 0 { break }
      if count < 0 {
        _ = try reader.readLong()
        count = count == .min ? 0 : -count
      }
      while count > 0 {
        count -= 1
        if !isFirst { out.append(UInt8(ascii: ",")) }
        isFirst = false
        try writeItem(node, &reader, to: &out)
      }
    }
    out.append(UInt8(ascii: node.kind == .map ? "}" : "]"))
  }

  private func writeItem(_ node: Node, _ reader: inout AvroReader, to out: inout ByteBuffer) throws(AvroError) {
    switch node.kind {
    case .map:
      guard JSONWriting.appendQuoted(try reader.readBytes(), to: &out) else {
        throw AvroError("a string is not valid UTF-8")
      }
      out.append(UInt8(ascii: ":"))
      try write(node.first, &reader, to: &out)
    case .pairs:
      out.append(UInt8(ascii: "["))
      try write(fields[Int(node.first)].node, &reader, to: &out)
      out.append(UInt8(ascii: ","))
      try write(fields[Int(node.first) + 1].node, &reader, to: &out)
      out.append(UInt8(ascii: "]"))
    default: try write(node.first, &reader, to: &out)
    }
  }
}
