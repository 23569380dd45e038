import Engine
import JSON
import Synchronization

/// Dead letters of the fake: two topics, of which `crm.dlq` has two records; what is asked is kept.
extension FakeControl {
  struct DeadLetterCalls {
    var groups: [String] = []
    var choices: [DeadLetterChoice] = []
    var replays: [DeadLetterReplay] = []
    var reasons: [String] = []
    /// How often the replay asks whether it goes on, before it answers.
    var questions = 0
    var failure: ControlError?
  }

  func deadLetterGroups(topic: String?, connector: String?, all: Bool) throws(ControlError) -> [JSONValue] {
    try find(topic ?? "crm.dlq")
    state.withLock { $0.deadLetters.groups.append("\(topic ?? "-") \(connector ?? "-") \(all)") }
    return [["topic": "crm.dlq", "fingerprint": "00000000000000aa", "count": 2]]
  }

  func deadLetters(
    _ topic: String, _ selection: DeadLetterChoice, limit: Int, emit: (JSONValue) -> Bool
  ) throws(ControlError) {
    try find(topic)
    state.withLock { $0.deadLetters.choices.append(selection) }
    guard selection.fingerprint != "none" else { return }
    for offset in 0..<min(limit, 2) { guard emit(["offset": .integer(offset)]) else { return } }
  }

  func replayDeadLetters(
    _ topic: String, _ request: DeadLetterReplay, goesOn: () -> Bool
  ) throws(ControlError) -> JSONObject {
    try find(topic)
    let (questions, failure) = state.withLock { state in
      state.deadLetters.replays.append(request)
      return (state.deadLetters.questions, state.deadLetters.failure)
    }
    for question in 0..<questions { guard goesOn() else { return ["matched": 2, "replayed": .integer(question)] } }
    if let failure { throw failure }
    return ["matched": 2, "replayed": 2, "failed": 0]
  }

  func discardDeadLetters(
    _ topic: String, _ selection: DeadLetterChoice, reason: String, goesOn: () -> Bool
  ) throws(ControlError) -> JSONObject {
    try find(topic)
    state.withLock {
      $0.deadLetters.choices.append(selection)
      $0.deadLetters.reasons.append(reason)
    }
    return ["matched": 1, "discarded": 1, "failed": 0]
  }

  private func find(_ topic: String) throws(ControlError) {
    guard topic == "crm.dlq" else { throw ControlError(status: 404, message: "there is no topic \(topic)") }
  }
}
