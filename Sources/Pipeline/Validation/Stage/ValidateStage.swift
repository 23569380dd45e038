public import ChangeModel
public import EventEncoding
internal import JSON
public import Settings

/// Our own stage `validate`: rows are checked by a JSON Schema, or records' Avro schemas by a subject's latest one. It
/// belongs to one thread.
public final class ValidateStage {
  /// The stage's name in `transforms.<name>.type`.
  public static let type = "validate"
  /// The header of tagged records.
  public static let header = "cdc.validation.violations"

  /// What becomes of a record that violates the schema.
  public enum Reaction: String, Sendable, CaseIterable {
    /// It is poison.
    case reject
    /// It passes with a header.
    case tag
  }

  /// What becomes of a record.
  public enum Verdict: Sendable {
    /// It passes as it is.
    case pass
    /// It passes with the header `cdc.validation.violations` of these bytes.
    case tag([UInt8])
    /// It is rejected; pointer and rule of its first violation, where there is one.
    case reject(CDCError, pointer: String?, rule: String?)
  }

  /// The stage's own keys.
  public static let keys: [KeyDefinition] = [
    KeyDefinition(
      "schema.file", importance: .high,
      "A JSON Schema (draft-07 or 2020-12), relative to the folder of the engine's configuration."),
    KeyDefinition(
      "schema.subject", importance: .high,
      "A subject of the registry whose latest Avro schema must be able to read the value."),
    KeyDefinition(
      "target", default: ValidationTarget.row.rawValue, "What is validated: the row, the key or the whole value.",
      validValues: ValidationTarget.allCases.map(\.rawValue)),
    KeyDefinition(
      "on.violation", default: Reaction.reject.rawValue,
      "What becomes of a record that violates the schema: rejected, or tagged with a header.",
      validValues: Reaction.allCases.map(\.rawValue)),
  ]

  /// Violations by rule since the start.
  public private(set) var counts = ValidationCounts()
  /// What is validated.
  public let target: ValidationTarget
  private let reaction: Reaction
  private let rows: RowValidator?
  private let subject: SubjectCheck?

  /// A stage of parsed keys; `folder` is that of the engine's configuration (empty: the working folder). Throws
  /// `validationSchema` where the JSON Schema can't be used, `invalidConfiguration` where not exactly one schema is named.
  public init(
    _ config: ParsedConfig, folder: String, latest: @escaping SubjectCheck.Latest
  ) throws(CDCError) {
    target = ValidationTarget(rawValue: config.string("target").lowercased()) ?? .row
    reaction = Reaction(rawValue: config.string("on.violation").lowercased()) ?? .reject
    switch (config.optional("schema.file"), config.optional("schema.subject")) {
    case (let file?, nil):
      let path = file.hasPrefix("/") || folder.isEmpty ? file : "\(folder)/\(file)"
      do throws(SchemaProblem) {
        rows = RowValidator(try SchemaFiles.load(path), target: target)
      } catch { throw CDCError(.validationSchema, "\(error)") }
      subject = nil
    case (nil, let name?):
      rows = nil
      subject = SubjectCheck(subject: name, latest: latest)
    default:
      throw CDCError(.invalidConfiguration, "a stage of type validate needs schema.file or schema.subject, not both")
    }
  }

  /// What becomes of a record with this key or value (as `target` says; in wire format); nil: a tombstone or no key.
  /// Throws where the registry can't answer: then the batch must come again.
  public func check(
    _ wire: UnsafeRawBufferPointer?, _ schemas: any SchemaSource
  ) throws(CDCError) -> Verdict {
    guard let wire else { return .pass }
    if let rows {
      switch try rows.validate(wire, schemas) {
      case .valid: return .pass
      case .violated(let violations): return react(violations, .validationFailed)
      case .undecodable(let error): return .reject(error, pointer: nil, rule: nil)
      }
    }
    guard let subject else { return .pass }
    guard wire.count >= 5, wire[0] == 0 else {
      let error = CDCError(.validationUndecodable, "the bytes do not begin with a schema id (wire format)")
      return .reject(error, pointer: nil, rule: nil)
    }
    let id = Int32(bigEndian: wire.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    let violations = try subject.violations(ofSchema: id, schemas)
    return violations.isEmpty ? .pass : react(violations, .validationReader)
  }

  private func react(_ violations: [Violation], _ code: ErrorCode) -> Verdict {
    counts.count(violations)
    guard let first = violations.first else { return .pass }
    if reaction == .tag { return .tag(Self.tag(violations)) }
    let more = violations.count > 1 ? " and \(violations.count - 1) more" : ""
    let place = first.pointer.isEmpty ? "the \(target.rawValue)" : first.pointer
    let error = CDCError(code, "\(place) violates \"\(first.keyword)\" of the rule \"\(first.rule)\"\(more)")
    return .reject(error, pointer: first.pointer, rule: first.rule)
  }

  /// The header: a JSON list of pointer and keyword.
  private static func tag(_ violations: [Violation]) -> [UInt8] {
    JSONValue.array(violations.map { ["pointer": .string($0.pointer), "keyword": .string($0.keyword)] }).utf8
  }
}
