public import Engine
public import Telemetry

/// Kafka Connect's REST interface over an engine, with health, metrics and topics beside it. A function from requests to
/// answers, without sockets. Calls block as long as the engine does, so they are made from threads that may block.
public final class RESTAPI: Sendable {
  /// The largest request body that is read; more is 413. Configurations have some kilobytes.
  public static let bodyLimit = 8 << 20

  /// The release of Kafka Connect whose interface this is. `GET /` tells it as the version, since tools compare it with the
  /// release that brought what they are about to ask for (kcctl: 3.0 for restarting tasks, 3.5 for offsets).
  public static let connectVersion = "4.3.1"

  /// How long requests for connectors wait for a worker that still reads its stored ones, as a Connect worker lets them.
  public static let startPatience: Duration = .seconds(90)

  private let control: any ConnectorControl
  private let router: Router

  /// An interface over `control`. `metricsText` is the body of `/metrics`; `commit` says at `/` what was built.
  public init(
    control: any ConnectorControl, loggers: LogSystem = .shared, commit: String,
    metricsText: @escaping @Sendable () -> String
  ) {
    self.control = control
    router = Router(
      WorkerRoutes(control: control, version: Self.connectVersion, commit: commit, metricsText: metricsText).routes
        + ConnectorRoutes(control: control).routes + ConnectorStateRoutes(control: control).routes
        + OffsetRoutes(control: control).routes + PluginRoutes(control: control).routes
        + LoggerRoutes(loggers: loggers).routes + TopicRoutes(control: control).routes
        + DeadLetterRoutes(control: control).routes)
  }

  /// Answers a request. The answer to `HEAD` has the body of `GET`, whose length it announces; it is not sent.
  public func handle(_ request: RESTRequest) -> RESTResponse {
    guard request.body.count <= Self.bodyLimit else { return Self.bodyTooLarge }
    if request.path.hasPrefix("/connectors"), !control.awaitStart(patience: Self.startPatience) {
      return .error(500, "Request timed out. The worker is still starting up: its stored connectors are not read yet")
    }
    return router.handle(request)
  }

  /// The answer to a body above the limit.
  public static var bodyTooLarge: RESTResponse {
    .error(413, "The request body is larger than \(bodyLimit >> 20) MiB")
  }
}
