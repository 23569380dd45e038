/// Why a JSON Schema can't be used, and where.
public struct SchemaProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file or URI of the document.
  public var document: String
  /// The JSON pointer in it.
  public var pointer: String
  /// What is wrong.
  public var message: String

  /// `schemas/crm.json#/properties/id: "type" must be …`.
  public var description: String { "\(document)#\(pointer): \(message)" }
}
