internal import ChangeModel
internal import JSON

/// What a replay or discarding came to.
struct DeadLetterSummary {
  /// Reasons that are told one by one; more are only counted.
  private static let reasons = 10

  /// Open dead letters that were meant.
  var matched = 0
  /// Those settled; of a dry run, those that would be.
  var settled = 0
  /// Those that could not be.
  var failed = 0
  /// Those replayed although an earlier one of their key, which was not meant, is still open.
  var ahead = 0
  /// Why some failed, and how many each.
  private(set) var failures: [(error: CDCError, count: Int)] = []

  /// Counts one that failed.
  mutating func fail(_ error: CDCError) {
    failed += 1
    if let index = failures.firstIndex(where: { $0.error.description == error.description }) {
      failures[index].count += 1
    } else if failures.count < Self.reasons {
      failures.append((error, 1))
    }
  }

  /// The error of all, where none was settled and all failed for one reason.
  var onlyFailure: CDCError? { settled == 0 && failures.count == 1 ? failures[0].error : nil }

  /// As REST answers it.
  func json(_ verb: String, isDryRun: Bool) -> JSONObject {
    var answer: JSONObject = [
      "matched": .integer(matched), .init(verb): .integer(settled), "failed": .integer(failed),
      "dry_run": .bool(isDryRun),
    ]
    if ahead > 0 {
      answer["warnings"] = [
        .string(
          "\(ahead) of them \(isDryRun ? "would go" : "went") ahead of an earlier open dead letter of the same key")
      ]
    }
    if !failures.isEmpty {
      answer["errors"] = .array(
        failures.map { failure in
          [
            "code": .string(failure.error.code.name), "message": .string(failure.error.description),
            "count": .integer(failure.count),
          ]
        })
    }
    return answer
  }
}
