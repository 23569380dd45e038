public import Avro
public import ChangeModel
internal import HTTPClient
internal import JSON
internal import Synchronization

/// A client of a registry with Confluent's REST interface
/// (https://docs.confluent.io/platform/current/schema-registry/develop/api.html). Calls block, and are safe from any
/// thread. What a registry never changes is asked once.
public final class RegistryClient: Sendable {
  private struct Cache {
    var schemas: [Int32: Schema] = [:]
    var ids: [String: Int32] = [:]
  }

  private let transport: RegistryTransport
  private let cache = Mutex(Cache())

  /// A client; it connects with its first request.
  public init(_ options: RegistryOptions) { transport = RegistryTransport(options) }

  /// The id of a schema under a subject, which is registered if it is not there. Throws `registryUnreachable`, or
  /// `schemaRefused` with the registry's reason.
  public func register(subject: String, schema: Schema) throws(CDCError) -> Int32 {
    try id("register", subject, schema) { (body) throws(CDCError) in
      try self.transport.call("POST", "/subjects/\(RegistryPath.escape(subject))/versions", body, about: subject)
    }
  }

  /// The id of a schema that is registered under a subject. Throws `schemaUnknown` if it is not.
  public func lookUp(subject: String, schema: Schema) throws(CDCError) -> Int32 {
    try id("look up", subject, schema) { (body) throws(CDCError) in
      try self.transport.call("POST", "/subjects/\(RegistryPath.escape(subject))", body, about: subject)
    }
  }

  /// The latest version of a subject. Throws `schemaUnknown` if it has none.
  public func latest(subject: String) throws(CDCError) -> (id: Int32, schema: Schema) {
    let answer = try transport.call(
      "GET", "/subjects/\(RegistryPath.escape(subject))/versions/latest", nil, about: subject)
    let id = try Self.id(in: answer, subject)
    return (id, try schema(in: answer, "subject \(subject)"))
  }

  /// The schema with an id. Throws `schemaUnknown` if the registry has none.
  public func schema(id: Int32) throws(CDCError) -> Schema {
    if let known = cache.withLock({ $0.schemas[id] }) { return known }
    let answer = try transport.call("GET", "/schemas/ids/\(id)", nil, about: "schema \(id)")
    let schema = try schema(in: answer, "schema \(id)")
    cache.withLock { $0.schemas[id] = schema }
    return schema
  }

  private func id(
    _ verb: String, _ subject: String, _ schema: Schema,
    _ call: ([UInt8]) throws(CDCError) -> JSONValue
  ) throws(CDCError) -> Int32 {
    let text = schema.json.text
    let key = "\(verb)\u{0}\(subject)\u{0}\(text)"
    if let known = cache.withLock({ $0.ids[key] }) { return known }
    let answer = try call((["schema": .string(text)] as JSONValue).utf8)
    let id = try Self.id(in: answer, subject)
    cache.withLock { cache in
      cache.ids[key] = id
      cache.schemas[id] = schema
    }
    return id
  }

  private func schema(in answer: JSONValue, _ what: String) throws(CDCError) -> Schema {
    if let type = answer["schemaType"]?.string, type != "AVRO" {
      throw CDCError(.schemaUnknown, "\(what) is of type \(type), not AVRO")
    }
    guard let text = answer["schema"]?.string else {
      throw CDCError(.registryAnswer, "the registry's answer about \(what) holds no schema")
    }
    do {
      guard let references = answer["references"]?.array, !references.isEmpty else { return try Schema(parsing: text) }
      var json: [JSONValue] = []
      for reference in references { json.append(try referenced(reference)) }
      return try SchemaReferences.inlined(JSONValue(parsing: text), references: json)
    } catch {
      throw CDCError(.registryAnswer, "the registry's \(what) can't be read", cause: "\(error)")
    }
  }

  private func referenced(_ reference: JSONValue) throws -> JSONValue {
    let subject = reference["subject"]?.string ?? ""
    let version = reference["version"]?.int ?? 1
    let answer = try transport.call(
      "GET", "/subjects/\(RegistryPath.escape(subject))/versions/\(version)", nil, about: subject)
    return try schema(in: answer, "subject \(subject)").json
  }

  private static func id(in answer: JSONValue, _ subject: String) throws(CDCError) -> Int32 {
    guard let id = answer["id"]?.int.flatMap({ Int32(exactly: $0) }) else {
      throw CDCError(.registryAnswer, "the registry's answer about subject \(subject) holds no id")
    }
    return id
  }
}
