public import ChangeModel
internal import EventEncoding
internal import Settings

/// The stages of a connector as they were configured and checked; each task makes its own pipeline of it.
public struct StagePlan: Sendable {
  /// A stage.
  struct Step: Sendable {
    var name: String
    var className: String
    var type: StageType
    var config: ParsedConfig
    /// The condition's place in `predicates`.
    var predicate: String?
    var isNegated: Bool
  }

  /// A condition.
  struct Condition: Sendable {
    var type: PredicateType
    var config: ParsedConfig
  }

  var steps: [Step] = []
  var conditions: [String: Condition] = [:]

  /// No stages.
  public init() {}

  /// Whether there is nothing to do.
  public var isEmpty: Bool { steps.isEmpty }

  /// Makes a task's pipeline. Throws where a file that a stage names can't be used (`validate`).
  public func pipeline(_ setup: RecordPipeline.Setup) throws(CDCError) -> RecordPipeline {
    let schemas = SchemaTable()
    let topics = TopicTable()
    var made: [StageStep] = []
    for step in steps {
      do throws(StageProblem) {
        made.append(try self.step(step, setup, schemas, topics))
      } catch {
        let prefix = "transforms.\(step.name)."
        throw CDCError(.stageConfiguration, "\(prefix)\(error.key): \(error.message)")
      }
    }
    return RecordPipeline(made, setup, schemas, topics)
  }

  /// Makes one stage with its condition.
  func step(
    _ step: Step, _ setup: RecordPipeline.Setup, _ schemas: SchemaTable, _ topics: TopicTable
  ) throws(StageProblem) -> StageStep {
    let order = StageOrder(
      className: step.className, config: step.config, setup: setup, schemas: schemas, topics: topics)
    let stage = try step.type.make(order)
    var predicate: (any RecordPredicate)?
    if let name = step.predicate, let condition = conditions[name] {
      predicate = try condition.type.make(condition.config)
    }
    return StageStep(stage: stage, predicate: predicate, isNegated: step.isNegated)
  }
}
