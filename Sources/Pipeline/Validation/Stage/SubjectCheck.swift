public import Avro
public import ChangeModel
public import EventEncoding

/// Avro's own rules: the latest schema of a subject must be able to read what a record was written with. Asked once per
/// schema id.
public final class SubjectCheck {
  /// Gives the latest schema of a subject. Throws where it has none, or the registry can't answer.
  public typealias Latest = (_ subject: String) throws(CDCError) -> Schema

  private let subject: String
  private let latest: Latest
  private var reader: Schema?
  private var verdicts: [Int32: [Violation]] = [:]

  /// A check with the latest schema of `subject`.
  public init(subject: String, latest: @escaping Latest) {
    self.subject = subject
    self.latest = latest
  }

  /// What speaks against the schema with this id; empty: its records can be read. The pointers are places in the
  /// subject's schema.
  public func violations(ofSchema id: Int32, _ schemas: any SchemaSource) throws(CDCError) -> [Violation] {
    if let known = verdicts[id] { return known }
    let reader: Schema
    if let known = self.reader {
      reader = known
    } else {
      reader = try latest(subject)
      self.reader = reader
    }
    let found = Compatibility.incompatibilities(reader: reader, writer: try schemas.schema(id: id))
    let violations = found.map { Violation(pointer: $0.path, keyword: $0.kind.rawValue, rule: subject) }
    verdicts[id] = violations
    return violations
  }
}
