extension Evaluator {
  func hasType(_ value: InstanceItem, _ mask: Int32) -> Bool {
    if mask & TypeMask.of(value.kind) != 0 { return true }
    // 1.0 is an integer, too.
    return value.kind == .number && mask & TypeMask.integer != 0 && DecimalView(value.text).isInteger
  }

  func isWithin(_ value: InstanceItem, _ keyword: SchemaKeyword) -> Bool {
    guard value.kind == .integer || value.kind == .number else { return true }
    let number = program.numbers[Int(keyword.a)]
    if keyword.operation == .multipleOf {
      return value.kind == .integer ? number.divides(Int64(value.payload)) : number.divides(DecimalView(value.text))
    }
    let order = value.kind == .integer ? number.compare(Int64(value.payload)) : number.compare(DecimalView(value.text))
    switch keyword.operation {
    case .maximum: return order <= 0
    case .exclusiveMaximum: return order < 0
    case .minimum: return order >= 0
    default: return order > 0
    }
  }

  /// Characters of a text; counting may stop behind `most`.
  func length(_ value: InstanceItem, most: Int) -> Int {
    // A character has one to four bytes.
    let bytes = value.text
    if bytes.count <= most, bytes.allSatisfy({ $0 < 0x80 }) { return bytes.count }
    var count = 0
    for byte in bytes where byte & 0xC0 != 0x80 {
      count += 1
      if count > most { break }
    }
    return count
  }

  func isListed(_ keyword: SchemaKeyword, _ item: Int) -> Bool {
    let constants = program.constants.items
    for index in Int(keyword.a)..<Int(keyword.a &+ keyword.b) {
      if InstanceEquality.areEqual(items, item, constants, Int(lists[index])) { return true }
    }
    return false
  }

  func isUnique(_ item: Int) -> Bool {
    let count = Int(items[item].count)
    guard count > 1 else { return true }
    // By hash first, so that a long list takes no time by its square.
    var places: [UInt32: [Int]] = [:]
    places.reserveCapacity(count)
    var at = item + 1
    for _ in 0..<count {
      let hash = InstanceEquality.hash(items, at)
      for other in places[hash] ?? [] where InstanceEquality.areEqual(items, at, items, other) { return false }
      places[hash, default: []].append(at)
      at = Int(items[at].next)
    }
    return true
  }
}
