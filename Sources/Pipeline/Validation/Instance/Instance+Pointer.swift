extension Instance {
  /// The JSON pointer (RFC 6901) of the item at `target`.
  func pointer(to target: Int) -> String {
    var path = ""
    var at = 0
    while at < target, at < count {
      let parent = items[at]
      guard parent.kind == .object || parent.kind == .array else { break }
      var child = at + 1
      var index = 0
      while child < Int(parent.next) {
        let value = parent.kind == .object ? child + 1 : child
        if target < Int(items[value].next) {
          path += "/"
          path += parent.kind == .object ? Self.escaped(items[child].text) : String(index)
          child = value
          break
        }
        child = Int(items[value].next)
        index += 1
      }
      // A member's name has the pointer of its value.
      guard child < Int(parent.next), child <= target else { break }
      at = child
    }
    return path
  }

  /// A member's name as a step of a pointer.
  static func escaped(_ name: UnsafeRawBufferPointer) -> String {
    var out: [UInt8] = []
    for byte in name {
      switch byte {
      case UInt8(ascii: "~"): out += Array("~0".utf8)
      case UInt8(ascii: "/"): out += Array("~1".utf8)
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
