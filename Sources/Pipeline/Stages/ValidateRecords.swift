internal import ChangeModel
internal import EventEncoding
internal import Settings

/// Our own stage `validate` as a step of a pipeline.
final class ValidateRecords: RecordStage {
  static let type = StageType(ValidateStage.type, ValidateStage.keys) { order throws(StageProblem) in
    try ValidateRecords(order)
  }

  let className = ValidateStage.type
  var sides: RecordSides { stage.target == .key ? .key : .value }
  private let stage: ValidateStage
  private let schemas: PipelineSchemas

  init(_ order: StageOrder) throws(StageProblem) {
    do throws(CDCError) {
      stage = try ValidateStage(order.config, folder: order.setup.folder, latest: order.setup.latest)
    } catch { throw StageProblem("schema.file", nil, "\(error.message). \(error.code.remedy)") }
    schemas = PipelineSchemas(
      order.schemas, stage.target == .key ? order.setup.keySchemas : order.setup.valueSchemas)
  }

  var isCounting: Bool { true }
  var violations: [String: Int] { stage.counts.byRule }

  func apply(_ record: StageRecord) throws(StageFailure) {
    let payload = stage.target == .key ? record.key : record.value
    // Bytes of the Avro converter are looked at as they came.
    if payload.format != .avro { try payload.read() }
    guard !payload.isNull else { return }
    let verdict: ValidateStage.Verdict
    do throws(CDCError) { verdict = try stage.check(payload.output, schemas) } catch {
      throw error.code.failureClass == .poison ? .record(error) : .batch(error)
    }
    switch verdict {
    case .pass: break
    case .tag(let bytes): bytes.withUnsafeBytes { record.headers.add(ValidateStage.header, $0) }
    case .reject(let error, let pointer, let rule): throw .record(error, pointer: pointer, rule: rule)
    }
  }
}
