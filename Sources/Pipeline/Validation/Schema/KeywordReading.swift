internal import JSON
internal import Settings

/// Reads the keywords of one schema object, in the order in which they are evaluated.
struct KeywordReading {
  let compiler: SchemaCompiler
  let place: SchemaCompiler.Place
  let object: JSONObject
  private var out: [SchemaKeyword] = []

  init(compiler: SchemaCompiler, place: SchemaCompiler.Place, object: JSONObject) {
    self.compiler = compiler
    self.place = place
    self.object = object
  }

  private var program: SchemaProgram { compiler.program }
  private var isDraft7: Bool { place.resource.dialect.isDraft7 }

  mutating func keywords() throws(SchemaProblem) -> [SchemaKeyword] {
    if isDraft7, object["$ref"] != nil {
      // In draft-07 nothing beside a reference counts.
      try reference("$ref")
      return out
    }
    if place.resource.dialect.asserts { try assertions() }
    try reference("$ref")
    if !isDraft7 { try dynamicReference() }
    try list("allOf", .allOf)
    try list("anyOf", .anyOf)
    try list("oneOf", .oneOf)
    try single("not", .not)
    try condition()
    try dependencies()
    try members()
    try elements()
    try contains()
    try single("propertyNames", .propertyNames)
    if !isDraft7 {
      try unevaluated("unevaluatedItems", .unevaluatedItems)
      try unevaluated("unevaluatedProperties", .unevaluatedProperties)
    }
    return out
  }

  // MARK: Helpers

  private mutating func emit(
    _ keyword: String, _ operation: SchemaKeyword.Operation, _ a: Int32 = -1, _ b: Int32 = -1, _ c: Int32 = -1
  ) {
    let name = place.title ?? "\(place.pointer)/\(SchemaDocument.escaped(keyword))"
    out.append(SchemaKeyword(operation: operation, a: a, b: b, c: c, rule: compiler.rule(keyword, name)))
  }

  private func node(_ keyword: String) throws(SchemaProblem) -> Int32 {
    try compiler.node(place, SchemaDocument.escaped(keyword), keyword: keyword)
  }

  private func nodes(_ keyword: String, _ count: Int) throws(SchemaProblem) -> Int32 {
    var list: [Int32] = []
    for index in 0..<count { list.append(try compiler.node(place, "\(keyword)/\(index)", keyword: keyword)) }
    return program.list(list)
  }

  private func map(_ keyword: String) throws(SchemaProblem) -> [JSONObject.Member]? {
    guard let value = object[keyword] else { return nil }
    guard let members = value.object?.members else { throw place.problem(keyword, "must be an object") }
    return members
  }

  private func strings(_ value: JSONValue, _ keyword: String) throws(SchemaProblem) -> [Int32] {
    guard let elements = value.array else { throw place.problem(keyword, "must be a list of names") }
    var names: [Int32] = []
    for element in elements {
      guard let text = element.string else { throw place.problem(keyword, "must be a list of names") }
      names.append(program.name(text))
    }
    return names
  }

  private func pattern(_ source: String, _ keyword: String) throws(SchemaProblem) -> ECMAPattern {
    do throws(PatternProblem) {
      return try ECMAPattern(source)
    } catch { throw place.problem(keyword, "the regular expression can't be used: \(error)") }
  }

  // MARK: Assertions

  private mutating func assertions() throws(SchemaProblem) {
    try type()
    if let values = object["enum"] {
      guard let elements = values.array else { throw place.problem("enum", "must be a list") }
      try constants("enum", elements)
    }
    if let value = object["const"] { try constants("const", [value]) }
    try number("multipleOf", .multipleOf)
    try number("maximum", .maximum)
    try number("exclusiveMaximum", .exclusiveMaximum)
    try number("minimum", .minimum)
    try number("exclusiveMinimum", .exclusiveMinimum)
    try limit("maxLength", .maxLength)
    try limit("minLength", .minLength)
    try limit("maxItems", .maxItems)
    try limit("minItems", .minItems)
    try limit("maxProperties", .maxProperties)
    try limit("minProperties", .minProperties)
    if let value = object["pattern"] {
      guard let source = value.string else { throw place.problem("pattern", "must be a regular expression") }
      program.patterns.append(try pattern(source, "pattern"))
      emit("pattern", .pattern, Int32(program.patterns.count - 1))
    }
    if let value = object["format"] {
      guard let name = value.string else { throw place.problem("format", "must be a name") }
      if let format = TemporalFormat(name: name) { emit("format", .format, Int32(format.rawValue)) }
    }
    if let value = object["uniqueItems"] {
      guard let isUnique = value.bool else { throw place.problem("uniqueItems", "must be true or false") }
      if isUnique { emit("uniqueItems", .uniqueItems) }
    }
    if let value = object["required"] {
      let names = try strings(value, "required")
      emit("required", .required, program.list(names), Int32(names.count))
    }
    if !isDraft7, let members = try map("dependentRequired") {
      for member in members { try dependent(member, "dependentRequired") }
    }
  }

  private mutating func dependent(_ member: JSONObject.Member, _ keyword: String) throws(SchemaProblem) {
    let names = try strings(member.value, keyword)
    emit(keyword, .dependentRequired, program.name(member.name), program.list(names), Int32(names.count))
  }

  private mutating func type() throws(SchemaProblem) {
    guard let value = object["type"] else { return }
    var mask: Int32 = 0
    for element in value.array ?? [value] {
      guard let name = element.string, let bit = TypeMask.named(name) else {
        throw place.problem(
          "type", "must be null, boolean, integer, number, string, array or object, or a list of these")
      }
      mask |= bit
    }
    emit("type", .type, mask)
  }

  private mutating func constants(_ keyword: String, _ values: [JSONValue]) throws(SchemaProblem) {
    var places: [Int32] = []
    for value in values {
      places.append(Int32(program.constants.count))
      guard program.constants.append(value) else { throw place.problem(keyword, "a value is nested too deep") }
    }
    emit(keyword, .enumeration, program.list(places), Int32(places.count))
  }

  private mutating func number(_ keyword: String, _ operation: SchemaKeyword.Operation) throws(SchemaProblem) {
    guard let value = object[keyword] else { return }
    guard case .number(let text) = value else { throw place.problem(keyword, "must be a number") }
    let number = ExactNumber(text)
    if operation == .multipleOf, !number.isPositive { throw place.problem(keyword, "must be greater than 0") }
    program.numbers.append(number)
    emit(keyword, operation, Int32(program.numbers.count - 1))
  }

  /// A whole number from 0; 2.0 is one, too.
  private func count(_ keyword: String) throws(SchemaProblem) -> Int32? {
    guard let value = object[keyword] else { return nil }
    guard case .number(let text) = value, let number = ExactNumber(text).integer, number >= 0 else {
      throw place.problem(keyword, "must be a whole number from 0")
    }
    return Int32(clamping: number)
  }

  private mutating func limit(_ keyword: String, _ operation: SchemaKeyword.Operation) throws(SchemaProblem) {
    if let limit = try count(keyword) { emit(keyword, operation, limit) }
  }

  // MARK: Applicators

  private mutating func reference(_ keyword: String) throws(SchemaProblem) {
    guard let value = object[keyword] else { return }
    guard let reference = value.string else { throw place.problem(keyword, "must be a reference") }
    let target = try store.resolve(reference, in: place.resource, at: "\(place.pointer)/\(keyword)")
    emit(keyword, .reference, try compiler.node(target.document, target.pointer, keyword: keyword))
  }

  private var store: SchemaStore { compiler.store }

  private mutating func dynamicReference() throws(SchemaProblem) {
    guard let value = object["$dynamicRef"] else { return }
    guard let reference = value.string else { throw place.problem("$dynamicRef", "must be a reference") }
    let target = try store.resolve(reference, in: place.resource, at: "\(place.pointer)/$dynamicRef")
    let node = try compiler.node(target.document, target.pointer, keyword: "$dynamicRef")
    if let anchor = target.anchor, target.resource.dynamicAnchors.contains(anchor) {
      emit("$dynamicRef", .dynamicReference, node, compiler.dynamicName(anchor))
    } else {
      emit("$dynamicRef", .reference, node)
    }
  }

  private mutating func list(_ keyword: String, _ operation: SchemaKeyword.Operation) throws(SchemaProblem) {
    guard let value = object[keyword] else { return }
    guard let elements = value.array, !elements.isEmpty else {
      throw place.problem(keyword, "must be a list of schemas")
    }
    emit(keyword, operation, try nodes(keyword, elements.count), Int32(elements.count))
  }

  private mutating func single(_ keyword: String, _ operation: SchemaKeyword.Operation) throws(SchemaProblem) {
    if object[keyword] != nil { emit(keyword, operation, try node(keyword)) }
  }

  private mutating func unevaluated(_ keyword: String, _ operation: SchemaKeyword.Operation) throws(SchemaProblem) {
    guard object[keyword] != nil else { return }
    program.tracksEvaluated = true
    emit(keyword, operation, try node(keyword))
  }

  private mutating func condition() throws(SchemaProblem) {
    guard object["if"] != nil else { return }
    let yes = object["then"] == nil ? -1 : try node("then")
    let no = object["else"] == nil ? -1 : try node("else")
    emit("if", .condition, try node("if"), yes, no)
  }

  private mutating func dependencies() throws(SchemaProblem) {
    let keyword = isDraft7 ? "dependencies" : "dependentSchemas"
    for member in try map(keyword) ?? [] {
      if isDraft7, member.value.array != nil {
        try dependent(member, keyword)
      } else {
        let inner = try compiler.node(
          place, "\(keyword)/\(SchemaDocument.escaped(member.name))", keyword: keyword)
        emit(keyword, .dependentSchema, program.name(member.name), inner)
      }
    }
  }

  private mutating func members() throws(SchemaProblem) {
    let properties = try map("properties")
    let patterns = try map("patternProperties")
    guard properties != nil || patterns != nil || object["additionalProperties"] != nil else { return }
    var entries: [(String, Int32)] = []
    for member in properties ?? [] {
      let path = "properties/\(SchemaDocument.escaped(member.name))"
      entries.append((member.name, try compiler.node(place, path, keyword: "properties")))
    }
    let table = MemberTable(entries)
    for member in patterns ?? [] {
      let path = "patternProperties/\(SchemaDocument.escaped(member.name))"
      let inner = try compiler.node(place, path, keyword: "patternProperties")
      table.patterns.append((try pattern(member.name, "patternProperties"), inner))
    }
    if object["additionalProperties"] != nil { table.additional = try node("additionalProperties") }
    program.members.append(table)
    emit("properties", .members, Int32(program.members.count - 1))
  }

  private mutating func elements() throws(SchemaProblem) {
    let prefix = isDraft7 ? "items" : "prefixItems"
    let rest = isDraft7 && object["items"]?.array != nil ? "additionalItems" : "items"
    let first = object[prefix]?.array
    if !isDraft7, object["prefixItems"] != nil, first == nil {
      throw place.problem("prefixItems", "must be a list of schemas")
    }
    if !isDraft7, object["items"]?.array != nil {
      throw place.problem("items", "a list of schemas is called prefixItems in 2020-12")
    }
    guard first != nil || object[rest] != nil else { return }
    let list = try nodes(prefix, first?.count ?? 0)
    emit("items", .elements, list, Int32(first?.count ?? 0), object[rest] == nil ? -1 : try node(rest))
  }

  private mutating func contains() throws(SchemaProblem) {
    guard object["contains"] != nil else { return }
    let least = isDraft7 ? nil : try count("minContains")
    let most = isDraft7 ? nil : try count("maxContains")
    emit("contains", .contains, try node("contains"), least ?? 1, most ?? .max)
  }
}

/// The types that the keyword `type` names, as bits.
enum TypeMask {
  static let integer: Int32 = 1 << 8

  static func named(_ name: String) -> Int32? {
    switch name {
    case "null": of(.null)
    case "boolean": of(.boolean)
    case "integer": of(.integer) | integer
    case "number": of(.integer) | of(.number)
    case "string": of(.string)
    case "array": of(.array)
    case "object": of(.object)
    default: nil
    }
  }

  @inline(__always)
  static func of(_ kind: InstanceKind) -> Int32 { 1 << Int32(kind.rawValue) }
}
