internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import Pipeline
internal import Settings

/// The stages of a source task, if it has any: an encoder, and what its records go through.
struct SourceStages {
  /// Appends a batch's records in their last form.
  let encode: (ChangeBatch, RecordBatch) throws(CDCError) -> Void
  /// Appends a heartbeat.
  let heartbeat: (RecordBatch) throws(CDCError) -> Void
  /// The encoder, for what it tells.
  let encoder: EventEncoder
  /// The stages; nil: there are none, and the encoder writes the records' last form by itself.
  let pipeline: SourcePipeline?

  /// For a configuration's options and registrars. `refused` takes what stages refuse; nil: it stops the task.
  init(
    _ plan: StagePlan, _ options: EncodingOptions, keyRegistrar: RegistrySchemas?, valueRegistrar: RegistrySchemas?,
    folder: String, clock: @escaping @Sendable () -> Int64, refused: SourcePipeline.Refusal? = nil
  ) throws(CDCError) {
    guard !plan.isEmpty else {
      let encoder = EventEncoder(
        options, keyRegistrar: keyRegistrar, valueRegistrar: valueRegistrar, clock: clock)
      self.encoder = encoder
      pipeline = nil
      encode = { changes, records throws(CDCError) in try encoder.encode(changes, into: records) }
      heartbeat = { records throws(CDCError) in try encoder.heartbeat(into: records) }
      return
    }
    let pipeline = try SourcePipeline(
      plan, folder: folder, headerConverter: options.headerConverter, key: options.keyConverter,
      value: options.valueConverter, keyRegistrar: keyRegistrar, valueRegistrar: valueRegistrar,
      latest: Self.latest(valueRegistrar), refused: refused)
    var inner = options
    inner.keyConverter = SourcePipeline.encoderConverter(for: options.keyConverter)
    inner.valueConverter = SourcePipeline.encoderConverter(for: options.valueConverter)
    let encoder = EventEncoder(
      inner, keyRegistrar: pipeline.registrar, valueRegistrar: pipeline.registrar, clock: clock)
    self.encoder = encoder
    self.pipeline = pipeline
    encode = { changes, records throws(CDCError) in
      pipeline.raw.reset()
      try encoder.encode(changes, into: pipeline.raw)
      try pipeline.pass(to: records)
    }
    heartbeat = { records throws(CDCError) in
      pipeline.raw.reset()
      try encoder.heartbeat(into: pipeline.raw)
      try pipeline.pass(to: records)
    }
  }

  /// Asks the values' registry for a subject's latest schema.
  private static func latest(_ registry: RegistrySchemas?) -> SubjectCheck.Latest? {
    guard let registry else { return nil }
    func latest(_ subject: String) throws(CDCError) -> Schema { try registry.latest(subject: subject) }
    return latest
  }

  /// The stages of a configuration, what is wrong with them, and what is accepted without effect.
  static func read(_ parsed: ParsedConfig, folder: String) -> (
    plan: StagePlan, problems: [ConfigProblem], notices: [ConfigNotice]
  ) {
    var problems: [ConfigProblem] = []
    var notices: [ConfigNotice] = []
    let plan = StageKeys.plan(of: parsed, isSink: false, folder: folder, problems: &problems, notices: &notices)
    return (plan, problems, notices)
  }
}
