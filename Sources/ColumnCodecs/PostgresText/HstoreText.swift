internal import ChangeModel

/// `"k"=>"v", "n"=>NULL` to `{"k":"v","n":null}`.
enum HstoreText {
  /// A pair as its places in the text; both texts begin at their opening quote.
  private struct Pair {
    var bucket: UInt32 = 0
    var order: Int32 = 0
    var key: Int
    /// The value's place; -1 for null.
    var value: Int
    var hash: UInt32
  }

  static func append(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    // The shortest pair is `""=>""`.
    withUnsafeTemporaryAllocation(of: Pair.self, capacity: text.count / 6 + 1) { pairs in
      guard let count = parse(text, into: pairs) else { return false }
      let found = UnsafeMutableBufferPointer(rebasing: pairs[..<count])
      order(found)
      let start = out.count
      out.append(UInt8(ascii: "{"))
      for index in 0..<count {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        copy(text, at: found[index].key, to: &out)
        out.append(UInt8(ascii: ":"))
        if found[index].value < 0 { out.append("null") } else { copy(text, at: found[index].value, to: &out) }
      }
      out.append(UInt8(ascii: "}"))
      out.sizeBytes(since: start)
      return true
    }
  }

  private static func parse(_ text: UnsafeRawBufferPointer, into pairs: UnsafeMutableBufferPointer<Pair>) -> Int? {
    var at = 0
    var count = 0
    while at < text.count {
      if count > 0, !skip(", ", text, &at) { return nil }
      let key = at
      guard let hash = skipQuoted(text, &at), skip("=>", text, &at) else { return nil }
      var value = at
      if skip("NULL", text, &at) { value = -1 } else if skipQuoted(text, &at) == nil { return nil }
      guard count < pairs.count else { return nil }
      pairs.initializeElement(at: count, to: Pair(order: Int32(count), key: key, value: value, hash: hash))
      count += 1
    }
    return count
  }

  /// Puts the pairs in the order in which Java's `HashMap` lists them, since Debezium goes through one: by bucket of the
  /// key's hash in a table that doubles when it is three quarters full, in a bucket as they came.
  private static func order(_ pairs: UnsafeMutableBufferPointer<Pair>) {
    var buckets: UInt32 = 16
    while pairs.count > Int(buckets) / 4 * 3 { buckets *= 2 }
    for index in pairs.indices {
      let hash = pairs[index].hash
      pairs[index].bucket = (hash ^ (hash >> 16)) & (buckets - 1)
    }
    var sortable = pairs
    sortable.sort { ($0.bucket, $0.order) < ($1.bucket, $1.order) }
  }

  /// Goes over a text in quotes. Returns the hash that Java gives the string: over its UTF-16 units.
  private static func skipQuoted(_ text: UnsafeRawBufferPointer, _ at: inout Int) -> UInt32? {
    guard at < text.count, text[at] == UInt8(ascii: "\"") else { return nil }
    at += 1
    var hash: UInt32 = 0
    while at < text.count {
      var byte = text[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return hash }
      if byte == UInt8(ascii: "\\") {
        guard at < text.count else { return nil }
        byte = text[at]
        at += 1
      }
      var scalar = UInt32(byte)
      if byte >= 0xC0 {
        let more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
        scalar &= UInt32(0x7F >> (more + 1))
        for _ in 0..<more where at < text.count && text[at] & 0xC0 == 0x80 {
          scalar = scalar << 6 | UInt32(text[at] & 0x3F)
          at += 1
        }
      }
      if scalar > 0xFFFF {
        hash = hash &* 31 &+ (0xD7C0 &+ scalar >> 10)
        scalar = 0xDC00 | scalar & 0x3FF
      }
      hash = hash &* 31 &+ scalar
    }
    return nil
  }

  /// Copies a text in quotes. A quote and a backslash are escaped by a backslash in hstore as in JSON; only control
  /// characters need another form.
  private static func copy(_ text: UnsafeRawBufferPointer, at start: Int, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    var at = start + 1
    while at < text.count {
      let byte = text[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        out.append(byte)
        return
      case UInt8(ascii: "\\"):
        out.append(byte)
        if at < text.count { out.append(text[at]) }
        at += 1
      case 0..<0x20: escape(byte, to: &out)
      default: out.append(byte)
      }
    }
  }

  private static func escape(_ byte: UInt8, to out: inout ByteBuffer) {
    switch byte {
    case 8: out.append("\\b")
    case 9: out.append("\\t")
    case 10: out.append("\\n")
    case 12: out.append("\\f")
    case 13: out.append("\\r")
    default:
      out.append("\\u00")
      out.append(48 + (byte >> 4))
      let low = byte & 15
      out.append(low < 10 ? 48 + low : 55 + low)
    }
  }

  private static func skip(_ word: StaticString, _ text: UnsafeRawBufferPointer, _ at: inout Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard at + count <= text.count else { return false }
    for index in 0..<count where text[at + index] != word.utf8Start[index] { return false }
    at += count
    return true
  }
}
