internal import ChangeModel
internal import EventEncoding
internal import Pipeline

/// How a sink's records come to it.
struct SinkInput {
  /// How keys are written.
  var keyFormat: RecordFormat
  /// How values are written.
  var valueFormat: RecordFormat
  /// Where schemas of keys come from.
  var keySchemas: any SchemaSource & Sendable
  /// Where schemas of values come from.
  var valueSchemas: any SchemaSource & Sendable
}

extension WorkerServices {
  /// A sink with a connector's stages before it. `make` makes the sink for what the stages leave.
  func sink(
    of connector: String, _ input: SinkInput, behind stages: StagePlan,
    _ make: (SinkInput) throws(CDCError) -> any RecordSink
  ) throws(CDCError) -> any RecordSink {
    guard !stages.isEmpty else { return try make(input) }
    var setup = RecordPipeline.Setup(
      isSink: true, keyFormat: input.keyFormat, valueFormat: input.valueFormat, keySchemas: input.keySchemas,
      valueSchemas: input.valueSchemas)
    setup.folder = directory
    if let registry = input.valueSchemas as? RegistrySchemas {
      setup.latest = { subject throws(CDCError) in try registry.latest(subject: subject) }
    }
    let pipeline = try stages.pipeline(setup)
    let behind = SinkInput(
      keyFormat: pipeline.keyFormat, valueFormat: pipeline.valueFormat, keySchemas: pipeline.keySchemas,
      valueSchemas: pipeline.valueSchemas)
    let meter = ViolationMeter(metrics, connector: connector)
    return StagedSink(try make(behind), behind: pipeline) { meter.count($0) }
  }
}
