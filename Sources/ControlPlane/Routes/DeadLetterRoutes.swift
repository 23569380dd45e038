internal import Engine
internal import JSON

/// Dead letters: what there is, and what becomes of it.
struct DeadLetterRoutes {
  /// Records that are shown where nothing is said.
  private static let defaultLimit = 100

  let control: any ConnectorControl
  /// How long an answer may take before spaces are sent. Until then an error still has its own status.
  var patience: Duration = .seconds(5)

  var routes: [Route] {
    let (control, patience) = (control, patience)
    return [
      Route(
        "/dlq",
        [
          .get: { call throws(ControlError) in
            .json(
              .array(
                try control.deadLetterGroups(
                  topic: call.query.first("topic"), connector: call.query.first("connector"),
                  all: call.query.flag("all", default: false))))
          }
        ]),
      Route(
        "/dlq/{}",
        [
          .get: { call throws(ControlError) in
            .json(
              .array(
                try control.deadLetterGroups(
                  topic: call.name, connector: nil, all: call.query.flag("all", default: false))))
          }
        ]),
      Route("/dlq/{}/records", [.get: { call throws(ControlError) in try Self.records(call, control) }]),
      Route(
        "/dlq/{}/replay",
        [
          .post: { call throws(ControlError) in
            let topic = call.name
            let request = try DeadLetterBody.replay(call.request)
            return Self.working(patience) { goesOn throws(ControlError) in
              try control.replayDeadLetters(topic, request, goesOn: goesOn)
            }
          }
        ]),
      Route(
        "/dlq/{}/discard",
        [
          .post: { call throws(ControlError) in
            let topic = call.name
            let request = try DeadLetterBody.discard(call.request)
            return Self.working(patience) { goesOn throws(ControlError) in
              try control.discardDeadLetters(topic, request.choice, reason: request.reason, goesOn: goesOn)
            }
          }
        ]),
    ]
  }

  /// A JSON list, sent while it is read: nothing grows with the number of records.
  private static func records(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let choice = try DeadLetterBody.choice(call.query)
    let limit = try limit(call.query)
    let topic = call.name
    return RESTResponse(
      status: 200, headers: [("Content-Type", "application/json")],
      content: .stream { send in
        var hasSent = false
        do throws(ControlError) {
          try control.deadLetters(topic, choice, limit: limit) { letter in
            let isFirst = !hasSent
            hasSent = true
            return send([isFirst ? UInt8(ascii: "[") : UInt8(ascii: ",")] + letter.utf8)
          }
        } catch {
          // Behind the first record all that can be said is that the list has no end.
          return hasSent ? nil : .error(error.status, error.message)
        }
        guard hasSent else { return .json([]) }
        _ = send([UInt8(ascii: "]")])
        return nil
      })
  }

  /// An answer that may take long. A client that waits gets a space now and then, which JSON allows before a value; with
  /// one that is gone, the work ends. An error behind the first space is the body alone, since the status was sent.
  private static func working(
    _ patience: Duration, _ work: @escaping @Sendable (_ goesOn: () -> Bool) throws(ControlError) -> JSONObject
  ) -> RESTResponse {
    RESTResponse(
      status: 200, headers: [("Content-Type", "application/json")],
      content: .stream { send in
        var hasSent = false
        let answer: RESTResponse
        let begun = ContinuousClock.now
        do throws(ControlError) {
          answer = .json(
            .object(
              try work {
                guard ContinuousClock.now - begun >= patience else { return true }
                hasSent = true
                return send([UInt8(ascii: " ")])
              }))
        } catch { answer = .error(error.status, error.message) }
        guard hasSent else { return answer }
        _ = send(answer.body)
        return nil
      })
  }

  private static func limit(_ query: QueryParameters) throws(ControlError) -> Int {
    guard let text = query.first("limit"), !text.isEmpty else { return defaultLimit }
    guard let limit = Int(text), limit > 0 else {
      throw ControlError(status: 400, message: "The parameter 'limit' must be a whole number above 0")
    }
    return limit
  }
}
