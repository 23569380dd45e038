public import ChangeModel

/// A step of the list `transforms`: it changes, routes or drops one record at a time, or only looks at it.
///
/// A stage works on Avro bytes and their schema. It compiles a plan once per schema that comes in (`PlanCache`), then
/// copies byte ranges and writes only what it changes. What it doesn't look into is never located. To add one, write
/// its file in `Stages/` with a `StageType`, and name that in the table `StageTable.all`. It belongs to one thread.
public protocol RecordStage: AnyObject {
  /// The class that dead letters and errors name: Kafka Connect's, or our own short name.
  var className: String { get }

  /// What it looks into. Payloads of other converters than Avro's are turned into Avro where a stage says so.
  var sides: RecordSides { get }

  /// Passes a record through: changes it in place, or drops it with `record.isDropped`.
  func apply(_ record: StageRecord) throws(StageFailure)

  /// Whether it has figures in `violations`.
  var isCounting: Bool { get }

  /// Figures for metrics: how often records broke each rule. Empty for all but `validate`.
  var violations: [String: Int] { get }
}

extension RecordStage {
  /// No.
  public var isCounting: Bool { false }
  /// None.
  public var violations: [String: Int] { [:] }
}

/// Why a stage can't pass a record on.
public enum StageFailure: Error, Sendable {
  /// The record is at fault; it can go to the dead letters.
  case record(CDCError, pointer: String? = nil, rule: String? = nil)
  /// The bytes of a payload can't be read; it is the converter that failed.
  case converter(CDCError, isKey: Bool)
  /// Not this record but something else is at fault (the registry doesn't answer): the batch must come again.
  case batch(CDCError)

  /// A record of a kind that the stage does not work on; the sentence is without the values.
  static func unfit(_ message: String, pointer: String? = nil) -> StageFailure {
    .record(CDCError(.stageRecordUnfit, message), pointer: pointer)
  }

  /// A field that the record's schema does not have, or has already.
  static func field(_ message: String, pointer: String? = nil) -> StageFailure {
    .record(CDCError(.stageField, message), pointer: pointer)
  }

  /// A value that can't become what the stage is to make of it.
  static func value(_ message: String, pointer: String? = nil) -> StageFailure {
    .record(CDCError(.stageValue, message), pointer: pointer)
  }
}
