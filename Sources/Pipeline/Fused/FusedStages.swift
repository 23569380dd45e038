internal import Settings

/// Whether a connector's stages can be done inside of a sink that decodes events (`SinkPipeline`): only envelopes
/// unwrapped and topics routed, without conditions and without what changes the row.
enum FusedStages {
  static func pipeline(of plan: StagePlan) -> SinkPipeline? {
    var stages: [any Stage] = []
    for step in plan.steps {
      guard step.predicate == nil, let stage = stage(step) else { return nil }
      stages.append(stage)
    }
    return SinkPipeline(stages)
  }

  private static func stage(_ step: StagePlan.Step) -> (any Stage)? {
    switch step.className {
    case ExtractNewRecordState.name:
      let keys = ["add.fields", "add.headers", "route.by.field", "drop.fields.header.name"]
      guard keys.allSatisfy({ step.config.optional($0) == nil }) else { return nil }
      return DeleteHandling(rawValue: step.config.string("delete.tombstone.handling.mode").lowercased())
        .map { FusedExtract($0) }
    case "\(StageType.connect)RegexRouter":
      return try? FusedRouter(
        regex: step.config.string("regex"), replacement: step.config.string("replacement"))
    default: return nil
    }
  }
}

extension StagePlan {
  /// The stages as a sink that decodes Debezium's events does them by itself; nil: they need a `RecordPipeline`.
  public var fused: SinkPipeline? { FusedStages.pipeline(of: self) }
}
