/// JSON Schema's equality: numbers by their value, objects whatever the order of their members.
enum InstanceEquality {
  typealias Items = UnsafeMutablePointer<InstanceItem>

  static func areEqual(_ one: Items, _ at: Int, _ other: Items, _ place: Int) -> Bool {
    let mine = one[at]
    let theirs = other[place]
    switch (mine.kind, theirs.kind) {
    case (.null, .null): return true
    case (.boolean, .boolean), (.integer, .integer): return mine.payload == theirs.payload
    case (.number, .number): return DecimalView(mine.text).compare(DecimalView(theirs.text)) == 0
    case (.integer, .number):
      return ExactNumber.withView(of: Int64(mine.payload)) { $0.compare(DecimalView(theirs.text)) == 0 }
    case (.number, .integer):
      return ExactNumber.withView(of: Int64(theirs.payload)) { $0.compare(DecimalView(mine.text)) == 0 }
    case (.string, .string): return mine.count == theirs.count && mine.text.elementsEqual(theirs.text)
    case (.array, .array):
      guard mine.count == theirs.count else { return false }
      var left = at + 1
      var right = place + 1
      for _ in 0..<mine.count {
        guard areEqual(one, left, other, right) else { return false }
        left = Int(one[left].next)
        right = Int(other[right].next)
      }
      return true
    case (.object, .object):
      guard mine.count == theirs.count else { return false }
      var left = at + 1
      while left < Int(mine.next) {
        guard let right = value(named: one[left], of: other, place), areEqual(one, left + 1, other, right) else {
          return false
        }
        left = Int(one[left + 1].next)
      }
      return true
    // What is not known may be equal.
    case (.opaque, _), (_, .opaque): return true
    default: return false
    }
  }

  private static func value(named name: InstanceItem, of items: Items, _ object: Int) -> Int? {
    var at = object + 1
    while at < Int(items[object].next) {
      if items[at].hash == name.hash, items[at].count == name.count, items[at].text.elementsEqual(name.text) {
        return at + 1
      }
      at = Int(items[at + 1].next)
    }
    return nil
  }

  /// Equal values have equal hashes.
  static func hash(_ items: Items, _ at: Int) -> UInt32 {
    let item = items[at]
    switch item.kind {
    case .null, .opaque: return 1
    case .boolean: return 2 &+ UInt32(item.payload)
    case .integer: return ExactNumber.withView(of: Int64(item.payload)) { hash($0) }
    case .number: return hash(DecimalView(item.text))
    case .string: return InstanceItem.hash(item.text)
    case .array:
      var hash: UInt32 = 7
      var child = at + 1
      while child < Int(item.next) {
        hash = (hash ^ Self.hash(items, child)) &* 16_777_619
        child = Int(items[child].next)
      }
      return hash
    case .object:
      var hash: UInt32 = 11
      var child = at + 1
      while child < Int(item.next) {
        hash = hash &+ (items[child].hash ^ Self.hash(items, child + 1) &* 31)
        child = Int(items[child + 1].next)
      }
      return hash
    }
  }

  private static func hash(_ number: DecimalView) -> UInt32 {
    var hash = UInt32(truncatingIfNeeded: number.point) &* 31
    if number.digitCount == 0 { return 3 }
    number.forEachDigit { hash = (hash ^ UInt32($0)) &* 16_777_619 }
    return hash
  }
}
