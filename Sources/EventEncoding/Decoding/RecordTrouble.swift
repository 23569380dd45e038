internal import ChangeModel

/// Why one record can't be decoded.
enum RecordTrouble: Error {
  /// The registry does not answer, or does not know the schema.
  case registry(CDCError)
  /// Its key or value is wrong.
  case problem(String, RecordProblem)

  /// The error for the record's place.
  func error(of record: Record, in batch: RecordBatch) -> CDCError {
    let place = "topic \(batch.topics[Int(record.topic)]), partition \(record.partition), offset \(record.offset)"
    switch self {
    case .registry(let error):
      return CDCError(error.code, "\(error.message) (\(place))", cause: error.cause)
    case .problem(let part, let problem):
      return CDCError(.undecodableRecord, "The \(part) of the record at \(place) \(problem.text)")
    }
  }
}
