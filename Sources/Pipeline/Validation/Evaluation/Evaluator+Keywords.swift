internal import Settings

extension Evaluator {
  /// Whether the item is valid against a keyword. `marked`: where the marks of its schema begin.
  func apply(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int, _ marked: Int) -> Bool {
    let value = items[item]
    let isValid: Bool
    switch keyword.operation {
    case .never: isValid = false
    case .type: isValid = hasType(value, keyword.a)
    case .enumeration: isValid = isListed(keyword, item)
    case .multipleOf, .maximum, .exclusiveMaximum, .minimum, .exclusiveMinimum: isValid = isWithin(value, keyword)
    case .maxLength: isValid = value.kind != .string || length(value, most: Int(keyword.a)) <= Int(keyword.a)
    case .minLength: isValid = value.kind != .string || length(value, most: Int(keyword.a)) >= Int(keyword.a)
    case .pattern:
      isValid = value.kind != .string || program.patterns[Int(keyword.a)].find(in: value.text) == .found
    case .format:
      isValid = value.kind != .string || TemporalFormat(rawValue: UInt8(keyword.a))?.accepts(value.text) ?? true
    case .maxItems: isValid = value.kind != .array || Int(value.count) <= Int(keyword.a)
    case .minItems: isValid = value.kind != .array || Int(value.count) >= Int(keyword.a)
    case .maxProperties: isValid = value.kind != .object || Int(value.count) <= Int(keyword.a)
    case .minProperties: isValid = value.kind != .object || Int(value.count) >= Int(keyword.a)
    case .uniqueItems: isValid = value.kind != .array || isUnique(item)
    case .required:
      return value.kind != .object || hasAll(keyword, item, keyword.a, keyword.b)
    case .dependentRequired:
      return value.kind != .object || member(keyword.a, of: item) < 0 || hasAll(keyword, item, keyword.b, keyword.c)
    case .dependentSchema:
      return value.kind != .object || member(keyword.a, of: item) < 0 || evaluate(Int(keyword.b), item, depth)
    case .members: return value.kind != .object || members(keyword, item, depth)
    case .elements: return value.kind != .array || elements(keyword, item, depth)
    case .contains: isValid = value.kind != .array || contains(keyword, item, depth)
    case .propertyNames: return value.kind != .object || names(keyword, item, depth)
    case .reference: return evaluate(Int(keyword.a), item, depth)
    case .dynamicReference: return evaluate(dynamicTarget(keyword), item, depth)
    case .allOf: return all(keyword, item, depth)
    case .anyOf: isValid = matches(keyword, item, depth, most: needsAllBranches ? .max : 1) > 0
    case .oneOf: isValid = matches(keyword, item, depth, most: 2) == 1
    case .not:
      let before = marks.count
      isValid = !evaluateQuietly(Int(keyword.a), item, depth)
      marks.removeLast(marks.count - before)
    case .condition:
      let branch = evaluateQuietly(Int(keyword.a), item, depth) ? keyword.b : keyword.c
      return branch < 0 || evaluate(Int(branch), item, depth)
    case .unevaluatedItems:
      return value.kind != .array || unevaluated(keyword, item, depth, marked)
    case .unevaluatedProperties:
      return value.kind != .object || unevaluated(keyword, item, depth, marked)
    }
    if !isValid { tell(keyword, item) }
    return isValid
  }

  private func all(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int) -> Bool {
    var isValid = true
    for index in Int(keyword.a)..<Int(keyword.a &+ keyword.b) {
      if !evaluate(Int(lists[index]), item, depth) { isValid = false }
    }
    return isValid
  }

  /// How many of the branches are valid; stops at `most`.
  private func matches(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int, most: Int) -> Int {
    var count = 0
    for index in Int(keyword.a)..<Int(keyword.a &+ keyword.b) where count < most {
      if evaluateQuietly(Int(lists[index]), item, depth) { count += 1 }
    }
    return count
  }

  private func hasAll(_ keyword: SchemaKeyword, _ item: Int, _ list: Int32, _ count: Int32) -> Bool {
    var isValid = true
    for index in Int(list)..<Int(list &+ count) where member(lists[index], of: item) < 0 {
      tell(keyword, item, name: lists[index])
      isValid = false
    }
    return isValid
  }

  /// The value of the member with a name of the program; -1: there is none.
  private func member(_ name: Int32, of item: Int) -> Int {
    let (hash, bytes) = program.names[Int(name)]
    var at = item + 1
    let end = Int(items[item].next)
    while at < end {
      if items[at].hash == hash, items[at].text.elementsEqual(bytes) { return at + 1 }
      at = Int(items[at + 1].next)
    }
    return -1
  }

  private func members(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int) -> Bool {
    let table = program.members[Int(keyword.a)]
    var isValid = true
    var at = item + 1
    let end = Int(items[item].next)
    while at < end {
      let value = at + 1
      let node = table.node(items[at].hash, items[at].text)
      var isNamed = node >= 0
      if isNamed {
        mark(value)
        if !evaluate(Int(node), value, depth) { isValid = false }
      }
      for (pattern, node) in table.patterns where pattern.find(in: items[at].text) == .found {
        isNamed = true
        mark(value)
        if !evaluate(Int(node), value, depth) { isValid = false }
      }
      if !isNamed, table.additional >= 0 {
        mark(value)
        if !evaluate(Int(table.additional), value, depth) { isValid = false }
      }
      at = Int(items[value].next)
    }
    return isValid
  }

  private func elements(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int) -> Bool {
    var isValid = true
    var index: Int32 = 0
    var at = item + 1
    let end = Int(items[item].next)
    while at < end {
      let node = index < keyword.b ? lists[Int(keyword.a &+ index)] : keyword.c
      if node < 0 { break }
      mark(at)
      if !evaluate(Int(node), at, depth) { isValid = false }
      at = Int(items[at].next)
      index += 1
    }
    return isValid
  }

  private func contains(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int) -> Bool {
    var count = 0
    var at = item + 1
    let end = Int(items[item].next)
    while at < end {
      let before = marks.count
      if evaluateQuietly(Int(keyword.a), at, depth) {
        marks.removeLast(marks.count - before)
        mark(at)
        count += 1
        if count >= Int(keyword.b), keyword.c == .max, !needsAllBranches { break }
      }
      at = Int(items[at].next)
    }
    return count >= Int(keyword.b) && count <= Int(keyword.c)
  }

  private func names(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int) -> Bool {
    var isValid = true
    var at = item + 1
    let end = Int(items[item].next)
    while at < end {
      if !evaluateQuietly(Int(keyword.a), at, depth) {
        tell(keyword, at)
        isValid = false
      }
      at = Int(items[at + 1].next)
    }
    return isValid
  }

  private func unevaluated(_ keyword: SchemaKeyword, _ item: Int, _ depth: Int, _ marked: Int) -> Bool {
    var isValid = true
    let isObject = items[item].kind == .object
    let known = marks.count
    var at = item + 1
    let end = Int(items[item].next)
    while at < end {
      let value = isObject ? at + 1 : at
      if !marks[marked..<known].contains(value) {
        mark(value)
        if !evaluate(Int(keyword.a), value, depth) { isValid = false }
      }
      at = Int(items[value].next)
    }
    return isValid
  }
}
