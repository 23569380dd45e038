internal import ChangeModel

/// Vectors of the extension pgvector.
enum VectorText {
  /// `[1,2.5,3]` to an Avro array.
  static func append(_ text: UnsafeRawBufferPointer, inDoubles: Bool, to out: inout ByteBuffer) -> Bool {
    guard text.count >= 3, text[0] == UInt8(ascii: "["), text[text.count - 1] == UInt8(ascii: "]") else {
      return false
    }
    let body = UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)])
    out.appendLong(Int64(body.reduce(1) { $1 == UInt8(ascii: ",") ? $0 + 1 : $0 }))
    for element in body.split(separator: UInt8(ascii: ",")) {
      let element = UnsafeRawBufferPointer(rebasing: element)
      guard inDoubles ? NumberText.appendDouble(element, to: &out) : NumberText.appendFloat(element, to: &out) else {
        return false
      }
    }
    out.append(0)
    return true
  }

  /// `{1:1.5,3:2}/5` to a record: dimensions, and an array of pairs of index and value.
  static func appendSparse(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard text.count >= 4, text[0] == UInt8(ascii: "{"), let close = text.firstIndex(of: UInt8(ascii: "}")),
      close + 2 < text.count, text[close + 1] == UInt8(ascii: "/"),
      let dimensions = NumberText.integer(UnsafeRawBufferPointer(rebasing: text[(close + 2)...])),
      Int16(exactly: dimensions) != nil
    else { return false }
    out.appendLong(dimensions)
    let pairs = UnsafeRawBufferPointer(rebasing: text[1..<close]).split(separator: UInt8(ascii: ","))
    if !pairs.isEmpty { out.appendLong(Int64(pairs.count)) }
    for pair in pairs {
      guard let colon = pair.firstIndex(of: UInt8(ascii: ":")),
        NumberText.appendInteger(UnsafeRawBufferPointer(rebasing: pair[..<colon]), to: &out),
        NumberText.appendDouble(UnsafeRawBufferPointer(rebasing: pair[(colon + 1)...]), to: &out)
      else { return false }
    }
    out.append(0)
    return true
  }
}
