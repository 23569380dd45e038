public import ChangeModel
public import EventEncoding

/// The stages of a sink, in order.
public final class SinkPipeline {
  private let stages: [any Stage]
  private var routes: [String: String] = [:]

  /// A pipeline of these stages.
  public init(_ stages: [any Stage] = []) { self.stages = stages }

  /// Whether a stage needs the fields of `before` of deleted rows.
  public var wantsBefore: Bool { stages.contains { $0.wantsBefore } }

  /// A column that a stage adds to every row.
  public var addedColumn: String? { stages.lazy.compactMap(\.addedColumn).first }

  /// Passes a batch through all stages: renames its topics, drops or changes its events.
  public func process(_ decoded: DecodedBatch) throws(CDCError) {
    for index in decoded.topics.indices { decoded.topics[index] = try route(decoded.topics[index]) }
    for stage in stages { stage.process(decoded) }
  }

  /// The name that a topic has behind all stages.
  public func route(_ topic: String) throws(CDCError) -> String {
    if let known = routes[topic] { return known }
    var name = topic
    for stage in stages { name = try stage.route(name) }
    routes[topic] = name
    return name
  }
}
