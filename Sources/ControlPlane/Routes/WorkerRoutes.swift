internal import Engine
internal import JSON

/// The worker: version, health, metrics.
struct WorkerRoutes {
  let control: any ConnectorControl
  let version: String
  let commit: String
  let metricsText: @Sendable () -> String

  var routes: [Route] {
    let (control, version, commit, metricsText) = (control, version, commit, metricsText)
    return [
      Route(
        "/",
        [
          .get: { _ throws(ControlError) in
            .json([
              "version": .string(version), "commit": .string(commit),
              "kafka_cluster_id": control.kafkaClusterID.map(JSONValue.string) ?? .null,
            ])
          }
        ]),
      Route("/health", [.get: { _ throws(ControlError) in Self.health(control) }]),
      // The process answers, so it lives.
      Route("/health/live", speaks: .anything, [.get: { _ throws(ControlError) in .json(["status": "alive"]) }]),
      Route("/health/ready", speaks: .anything, [.get: { _ throws(ControlError) in Self.health(control) }]),
      Route(
        "/metrics", speaks: .anything,
        [
          .get: { _ throws(ControlError) in
            RESTResponse(
              status: 200, headers: [("Content-Type", "text/plain; version=0.0.4")],
              content: .bytes(Array(metricsText().utf8)))
          }
        ]),
    ]
  }

  /// 200 when healthy, else 503 so that a probe takes the worker out of service.
  private static func health(_ control: any ConnectorControl) -> RESTResponse {
    let (status, details) = control.health()
    var body: JSONObject = ["status": .string(status.rawValue), "message": .string(message(status))]
    for member in details.members where member.name != "status" { body[member.name] = member.value }
    return .json(.object(body), status: status == .healthy ? 200 : 503)
  }

  private static func message(_ status: WorkerStatus) -> String {
    switch status {
    case .healthy: "Worker has completed startup and is ready to handle requests."
    case .starting: "Worker is still starting up."
    case .unhealthy: "Worker was unable to handle this request and may be unable to handle other requests."
    }
  }
}
