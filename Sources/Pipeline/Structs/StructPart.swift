internal import ChangeModel

extension StageRecord {
  /// A payload that has a struct, with its schema's fields; nil: it is null. Throws where it is something else.
  func structure(
    _ side: RecordSide, for purpose: String
  ) throws(StageFailure) -> (payload: StagePayload, schema: StageSchema, fields: [StageField])? {
    let payload = try payload(side)
    guard !payload.isNull, let schema = payload.schema else { return nil }
    guard let fields = schema.fields else {
      throw .unfit(
        "only a struct can be worked on (\(purpose)); the \(side.rawValue) is of type \(ConnectType(schema.avro).name)")
    }
    return (payload, schema, fields)
  }

  /// What is said of a record whose payload is null where a struct is needed.
  static func missing(_ side: RecordSide, _ purpose: String) -> StageFailure {
    .unfit("only a struct can be worked on (\(purpose)); the \(side.rawValue) is null")
  }
}
