internal import JSON

extension Instance {
  /// Appends a JSON value. Returns false where it is nested too deep.
  @discardableResult
  func append(_ value: JSONValue, depth: Int = 0) -> Bool {
    guard depth <= Self.depthLimit else { return false }
    switch value {
    case .null: null()
    case .bool(let value): boolean(value)
    case .number(let text): number(text)
    case .string(let text): copied(text) { self.copy(.string, $0) }
    case .array(let elements):
      let place = open(.array)
      for element in elements { guard append(element, depth: depth + 1) else { return false } }
      close(place, elements.count)
    case .object(let object):
      let place = open(.object)
      for member in object.members {
        copied(member.name) {
          self.copy(.string, $0)
          self.items[self.count - 1].hash = InstanceItem.hash($0)
        }
        guard append(member.value, depth: depth + 1) else { return false }
      }
      close(place, object.members.count)
    }
    return true
  }

  private func number(_ text: String) {
    if text.utf8.count < 19, let value = Int64(text) { return integer(value) }
    copied(text) { self.copy(.number, $0) }
  }

  private func copied(_ text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    var text = text
    text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}
