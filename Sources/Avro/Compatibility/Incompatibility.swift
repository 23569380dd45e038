/// One reason why a reader's schema can't read what a writer's schema wrote.
public struct Incompatibility: Sendable, Hashable, CustomStringConvertible {
  /// What does not fit, by the names of Avro's Java library, which Confluent's registry answers with.
  public enum Kind: String, Sendable {
    /// A record, enumeration or fixed has another name.
    case name = "NAME_MISMATCH"
    /// A fixed has another size.
    case fixedSize = "FIXED_SIZE_MISMATCH"
    /// The reader lacks symbols and has no default symbol.
    case enumSymbols = "MISSING_ENUM_SYMBOLS"
    /// The reader has a field that the writer lacks, without a default.
    case missingDefault = "READER_FIELD_MISSING_DEFAULT_VALUE"
    /// The reader's type does not take the writer's.
    case type = "TYPE_MISMATCH"
    /// The reader's union has no branch for the writer's type.
    case unionBranch = "MISSING_UNION_BRANCH"
  }

  /// What does not fit.
  public var kind: Kind
  /// Where in the reader's schema, as a JSON pointer: `/fields/1/type`.
  public var path: String
  /// The names, types, sizes or symbols in question.
  public var detail: String

  /// A reason.
  public init(_ kind: Kind, path: String, detail: String) {
    self.kind = kind
    self.path = path
    self.detail = detail
  }

  /// `TYPE_MISMATCH at /fields/1/type: reader type: INT not compatible with writer type: STRING`.
  public var description: String { "\(kind.rawValue) at \(path): \(detail)" }
}

/// Verdicts by the rules of the specification's chapter "Schema Resolution".
public enum Compatibility {
  /// Why `reader` can't read what was written with `writer`; empty: it can.
  public static func incompatibilities(reader: Schema, writer: Schema) -> [Incompatibility] {
    var comparison = SchemaComparison(reader: reader, writer: writer)
    return comparison.compare(reader, writer, "")
  }
}
