internal import Avro
internal import ChangeModel
internal import JSON
internal import Settings

/// The registry that a connector's values have their schemas in, as far as its configuration says.
enum DeadLetterSchemas {
  private static let prefix = "value.converter."
  private static let keys = ["schema.registry.", "basic.auth.", "bearer.auth."]

  /// Gives schemas of the registry that the first of the configurations names; of the engine's where none does. Throws
  /// where a reference in it can't be resolved, or its settings don't fit together.
  static func find(
    in configs: [JSONObject], otherwise engine: @escaping @Sendable (Int32) throws(CDCError) -> Schema
  ) throws(CDCError) -> @Sendable (Int32) throws(CDCError) -> Schema {
    for config in configs {
      let options = try options(config)
      guard options.contains(where: { $0.name == "schema.registry.url" && !$0.value.isEmpty }) else { continue }
      let registry = try RegistrySchemas(converter: options)
      return { id throws(CDCError) in try registry.schema(id: id) }
    }
    return engine
  }

  private static func options(_ config: JSONObject) throws(CDCError) -> [(name: String, value: String)] {
    var options: [(name: String, value: String)] = []
    for member in config.members where member.name.hasPrefix(prefix) {
      let name = String(member.name.dropFirst(prefix.count))
      guard keys.contains(where: { name.hasPrefix($0) }), let text = member.value.string else { continue }
      do throws(ReferenceProblem) {
        options.append((name, try SecretResolver.system.resolve(text)))
      } catch {
        throw CDCError(.invalidConfiguration, "\(member.name): \(error.message)")
      }
    }
    return options
  }
}
