/// One comparison of a reader's with a writer's schema. As in Avro's Java library, names are compared without their
/// namespace or by the reader's aliases, and logical types are not compared.
struct SchemaComparison {
  private struct Pair: Hashable {
    let reader: String
    let writer: String
  }

  private let readerNames: NamedTypes
  private let writerNames: NamedTypes
  /// Verdicts on pairs of named types. One that is still being compared counts as compatible, so that recursion ends.
  private var verdicts: [Pair: [Incompatibility]] = [:]

  init(reader: Schema, writer: Schema) {
    readerNames = NamedTypes(reader)
    writerNames = NamedTypes(writer)
  }

  mutating func compare(_ reader: Schema, _ writer: Schema, _ path: String) -> [Incompatibility] {
    guard let reader = try? readerNames.resolve(reader), let writer = try? writerNames.resolve(writer) else {
      return [mismatch(reader, writer, path)]
    }
    guard let readerName = reader.fullName, let writerName = writer.fullName else {
      return compareKinds(reader, writer, path)
    }
    let pair = Pair(reader: readerName, writer: writerName)
    if let verdict = verdicts[pair] { return verdict }
    verdicts[pair] = []
    let verdict = compareKinds(reader, writer, path)
    verdicts[pair] = verdict
    return verdict
  }

  private mutating func compareKinds(_ reader: Schema, _ writer: Schema, _ path: String) -> [Incompatibility] {
    switch (reader.kind, writer.kind) {
    case (_, .union(let branches)): return compareUnion(reader, writer, branches, path)
    case (.union(let branches), _):
      if branches.contains(where: { compare($0, writer, path).isEmpty }) { return [] }
      return [lacking(writer, path)]
    case (.null, .null), (.boolean, .boolean), (.int, .int), (.long, .long), (.float, .float), (.double, .double),
      (.bytes, .bytes), (.string, .string),
      // Promotions.
      (.long, .int), (.float, .int), (.float, .long), (.double, .int), (.double, .long), (.double, .float),
      (.bytes, .string), (.string, .bytes):
      return []
    case (.array(let read), .array(let written)): return compare(read, written, path + "/items")
    case (.map(let read), .map(let written)): return compare(read, written, path + "/values")
    case (.fixed(let read), .fixed(let written)): return compare(read, written, path)
    case (.enumeration(let read), .enumeration(let written)): return compare(read, written, path)
    case (.record(let read), .record(let written)): return compare(read, written, path)
    default: return [mismatch(reader, writer, path)]
    }
  }

  private mutating func compareUnion(
    _ reader: Schema, _ writer: Schema, _ branches: [Schema], _ path: String
  ) -> [Incompatibility] {
    let readerIsUnion = reader.branches != nil
    var found: [Incompatibility] = []
    for (index, branch) in branches.enumerated() {
      let inner = compare(reader, branch, readerIsUnion ? "\(path)/\(index)" : path)
      if readerIsUnion, !inner.isEmpty {
        found.append(lacking((try? writerNames.resolve(branch)) ?? branch, "\(path)/\(index)"))
      } else {
        found += inner
      }
    }
    return found
  }

  private func compare(_ reader: FixedSchema, _ writer: FixedSchema, _ path: String) -> [Incompatibility] {
    var found = compareNames(reader.fullName, reader.aliases, writer.fullName, path)
    if reader.size != writer.size {
      found.append(
        Incompatibility(.fixedSize, path: path + "/size", detail: "expected: \(writer.size), found: \(reader.size)"))
    }
    return found
  }

  private func compare(_ reader: EnumSchema, _ writer: EnumSchema, _ path: String) -> [Incompatibility] {
    var found = compareNames(reader.fullName, reader.aliases, writer.fullName, path)
    let missing = writer.symbols.filter { !reader.symbols.contains($0) }
    if !missing.isEmpty, reader.defaultSymbol == nil {
      found.append(
        Incompatibility(.enumSymbols, path: path + "/symbols", detail: "[\(missing.joined(separator: ", "))]"))
    }
    return found
  }

  private mutating func compare(
    _ reader: RecordSchema, _ writer: RecordSchema, _ path: String
  ) -> [Incompatibility] {
    var found = compareNames(reader.fullName, reader.aliases, writer.fullName, path)
    for (index, field) in reader.fields.enumerated() {
      let place = "\(path)/fields/\(index)"
      if let written = writer[field.name] ?? field.aliases.lazy.compactMap({ writer[$0] }).first {
        found += compare(field.schema, written.schema, place + "/type")
      } else if field.defaultValue == nil, !hasDefaultSymbol(field.schema) {
        found.append(Incompatibility(.missingDefault, path: place, detail: field.name))
      }
    }
    return found
  }

  private func hasDefaultSymbol(_ schema: Schema) -> Bool {
    guard case .enumeration(let enumeration) = try? readerNames.resolve(schema).kind else { return false }
    return enumeration.defaultSymbol != nil
  }

  private func compareNames(
    _ reader: String, _ aliases: [String], _ writer: String, _ path: String
  ) -> [Incompatibility] {
    if SchemaName.simple(reader) == SchemaName.simple(writer) || aliases.contains(writer) { return [] }
    return [Incompatibility(.name, path: path + "/name", detail: "expected: \(writer)")]
  }

  private func mismatch(_ reader: Schema, _ writer: Schema, _ path: String) -> Incompatibility {
    let detail = "reader type: \(name(reader)) not compatible with writer type: \(name(writer))"
    return Incompatibility(.type, path: path.isEmpty ? "/" : path, detail: detail)
  }

  private func lacking(_ writer: Schema, _ path: String) -> Incompatibility {
    Incompatibility(
      .unionBranch, path: path.isEmpty ? "/" : path, detail: "reader union lacking writer type: \(name(writer))")
  }

  private func name(_ schema: Schema) -> String { schema.typeName.uppercased() }
}
