internal import Engine
internal import JSON

/// Kafka's topics and their records, decoded.
struct TopicRoutes {
  let control: any ConnectorControl

  var routes: [Route] {
    let control = control
    return [
      Route(
        "/topics",
        [.get: { _ throws(ControlError) in .json(.array(try control.kafkaTopics().map(JSONValue.object))) }]),
      Route(
        "/topics/apply", speaks: .anything,
        [
          .post: { call throws(ControlError) in
            .json(
              .object(
                try control.applyTopics(call.request.body, dryRun: call.query.flag("dry_run", default: false))))
          }
        ]),
      Route(
        "/topics/{}/records", speaks: .anything,
        [.get: { call throws(ControlError) in try Self.records(call, control) }]),
    ]
  }

  /// Records as JSON lines while they are read. An error behind the first line is a last line with Connect's error body.
  private static func records(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let fromBeginning = try start(call.query)
    let limit = try limit(call.query)
    let follow = call.query.flag("follow", default: false)
    let topic = call.name
    return RESTResponse(
      status: 200, headers: [("Content-Type", "application/x-ndjson")],
      content: .stream { send in
        var hasSent = false
        do throws(ControlError) {
          try control.tail(topic: topic, fromBeginning: fromBeginning, limit: limit, follow: follow) { line in
            hasSent = true
            return send(line.isEmpty ? [] : line + [0x0A])
          }
        } catch {
          let answer = RESTResponse.error(error.status, error.message)
          guard hasSent else { return answer }
          _ = send(answer.body + [0x0A])
        }
        return nil
      })
  }

  private static func start(_ query: QueryParameters) throws(ControlError) -> Bool {
    switch query.first("from") ?? "beginning" {
    case "beginning": true
    case "end": false
    default: throw ControlError(status: 400, message: "The parameter 'from' must be 'beginning' or 'end'")
    }
  }

  private static func limit(_ query: QueryParameters) throws(ControlError) -> Int? {
    guard let text = query.first("limit") else { return nil }
    guard let limit = Int(text), limit > 0 else {
      throw ControlError(status: 400, message: "The parameter 'limit' must be a whole number above 0")
    }
    return limit
  }
}
