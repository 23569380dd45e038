internal import ChangeModel

/// One-dimensional arrays: `{1,NULL,"a b"}`, also with bounds (`[0:1]={1,2}`). Arrays of more dimensions have no place
/// in Debezium's schemas and are not converted.
enum ArrayText {
  static func append(_ text: UnsafeRawBufferPointer, element: TextCodec, to out: inout ByteBuffer) -> Bool {
    var scanner = Scanner(text: text)
    guard scanner.open() else { return false }
    let count = scanner.countElements()
    guard count > 0 else {
      out.append(0)
      return count == 0
    }
    out.appendLong(Int64(count))
    for _ in 0..<count {
      guard let found = scanner.next() else { return false }
      guard append(found, element, to: &out) else { return false }
    }
    out.append(0)
    return scanner.isClosed
  }

  private static func append(_ found: Element, _ codec: TextCodec, to out: inout ByteBuffer) -> Bool {
    if found.isNull {
      guard codec.container == .optionalElements else { return false }
      out.append(0)
      return true
    }
    if codec.container == .optionalElements { out.append(2) }
    guard found.hasEscapes else { return codec.appendScalar(found.text, to: &out) }
    return withUnsafeTemporaryAllocation(byteCount: found.text.count, alignment: 1) { copy in
      var count = 0
      var at = 0
      while at < found.text.count {
        if found.text[at] == UInt8(ascii: "\\"), at + 1 < found.text.count { at += 1 }
        copy[count] = found.text[at]
        count += 1
        at += 1
      }
      return codec.appendScalar(UnsafeRawBufferPointer(rebasing: copy[..<count]), to: &out)
    }
  }

  private struct Element {
    var text: UnsafeRawBufferPointer
    var hasEscapes = false
    var isNull = false
  }

  private struct Scanner {
    let text: UnsafeRawBufferPointer
    var at = 0

    init(text: UnsafeRawBufferPointer) { self.text = text }

    /// Whether the closing brace is the last character and has been reached.
    var isClosed: Bool { at == text.count }

    /// Goes behind the opening brace; false where there is none.
    mutating func open() -> Bool {
      if text.count > 0, text[0] == UInt8(ascii: "[") {
        guard let sign = text.firstIndex(of: UInt8(ascii: "=")) else { return false }
        at = sign + 1
      }
      guard at < text.count, text[at] == UInt8(ascii: "{"), text[text.count - 1] == UInt8(ascii: "}") else {
        return false
      }
      at += 1
      return true
    }

    /// The number of elements; -1 where there is more than one dimension.
    func countElements() -> Int {
      if at == text.count - 1 { return 0 }
      var count = 1
      var isQuoted = false
      var place = at
      while place < text.count - 1 {
        switch text[place] {
        case UInt8(ascii: "\\"): place += 1
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: ",") where !isQuoted: count += 1
        case UInt8(ascii: "{") where !isQuoted: return -1
        default: break
        }
        place += 1
      }
      return count
    }

    /// The next element; the separator or closing brace behind it is passed.
    mutating func next() -> Element? {
      guard at < text.count else { return nil }
      return text[at] == UInt8(ascii: "\"") ? quoted() : plain()
    }

    private mutating func quoted() -> Element? {
      let start = at + 1
      var hasEscapes = false
      at = start
      while at < text.count, text[at] != UInt8(ascii: "\"") {
        if text[at] == UInt8(ascii: "\\") {
          hasEscapes = true
          at += 1
        }
        at += 1
      }
      guard at + 1 < text.count else { return nil }
      let element = Element(text: UnsafeRawBufferPointer(rebasing: text[start..<at]), hasEscapes: hasEscapes)
      at += 2
      return element
    }

    private mutating func plain() -> Element? {
      let start = at
      while at < text.count, text[at] != UInt8(ascii: ","), text[at] != UInt8(ascii: "}") { at += 1 }
      guard at < text.count else { return nil }
      var element = Element(text: UnsafeRawBufferPointer(rebasing: text[start..<at]))
      element.isNull = isNull(element.text)
      at += 1
      return element
    }

    private func isNull(_ word: UnsafeRawBufferPointer) -> Bool {
      guard word.count == 4 else { return false }
      return word[0] | 0x20 == UInt8(ascii: "n") && word[1] | 0x20 == UInt8(ascii: "u")
        && word[2] | 0x20 == UInt8(ascii: "l") && word[3] | 0x20 == UInt8(ascii: "l")
    }
  }
}
