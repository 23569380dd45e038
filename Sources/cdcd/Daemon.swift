internal import CSystem
internal import ChangeModel
internal import ControlPlane
internal import Engine
internal import Flow
internal import Glibc
internal import HTTPServer
internal import SchemaRegistry
internal import Settings
internal import Synchronization
internal import Telemetry

/// The engine's process.
@main struct Daemon {
  /// Exit statuses.
  private enum Exit {
    static let failure: Int32 = 1
    static let configuration: Int32 = 2
    static let unreachable: Int32 = 3
  }

  private static let drainPatience: Duration = .seconds(9)

  // A synchronous main: under an async one some thread would have no signal blocked, and SIGTERM would end the process.
  static func main() {
    csystem_share_malloc_arena()
    Signals.block()
    let arguments: Arguments
    do throws(Arguments.Problem) { arguments = try Arguments(Array(CommandLine.arguments.dropFirst())) } catch {
      complain("cdcd: \(error.message)\n\(Arguments.usage)")
      exit(Exit.configuration)
    }
    switch arguments {
    case .help: print(Arguments.usage)
    case .version: print("cdcd \(EngineVersion.text)")
    case .run(let config): exit(run(config))
    }
  }

  private static func run(_ config: String?) -> Int32 {
    let settings: EngineSettings
    do throws(CDCError) {
      if let config {
        settings = try EngineSettings.load(path: config)
      } else {
        settings = try EngineSettings.parse([], path: "the environment", environment: ProcessEnvironment.variables)
      }
    } catch {
      complain("cdcd: \(error.description)")
      return Exit.configuration
    }
    let format = LogSystem.Format(rawValue: settings.logFormat) ?? .json
    LogSystem.shared.configure(level: LogLevel(settings.logLevel) ?? .info, format: format)
    do throws(CDCError) { return try serve(settings) } catch {
      Log("cdcd").error("cdcd can't start: \(error.description)", ["error.code": error.code.name])
      return error.code == .stateUnusable || error.code == .listenFailed ? Exit.failure : Exit.configuration
    }
  }

  /// Serves until a signal comes or the start fails.
  private static func serve(_ settings: EngineSettings) throws(CDCError) -> Int32 {
    let log = Log("cdcd")
    for notice in settings.notices { log.warn(notice) }
    let metrics = MetricRegistry()
    ProcessMetrics.register(in: metrics)
    try EngineBoot.prepareState(settings)
    let server = try HTTPServer(listen: settings.httpListen, options: .rest)
    let registry = try EngineBoot.servesRegistry(settings) ? RegistryService(directory: settings.stateDirectory) : nil
    let boot = try EngineBoot(settings, embeddedRegistryURL: registry?.url, metrics: metrics)
    let host = settings.httpListen.split(separator: ":").dropLast().joined(separator: ":")
    let worker = try boot.makeWorker(workerID: "\(host):\(server.port)")
    let api = RESTAPI(
      control: worker, loggers: LogSystem.shared, commit: "unknown",
      metricsText: { String(decoding: metrics.prometheusText(), as: UTF8.self) })
    server.serve(api, log: Log("rest"))
    log.info("cdcd \(EngineVersion.text) serves REST on port \(server.port)", ["url.port": server.port])
    if let registry { log.info("the embedded schema registry serves \(registry.url)") }
    log.info(boot.kafkaSummary)
    let status = runWorker(boot, worker, log)
    server.stop(deadline: .seconds(1))
    registry?.stop()
    return status
  }

  private static func runWorker(_ boot: EngineBoot, _ worker: Worker, _ log: Log) -> Int32 {
    let status = Mutex<Int32>(0)
    let stop = StopFlag()
    let starter = WorkerThread.start("start") {
      do throws(CDCError) { try boot.start(worker, stop: stop) } catch {
        guard !stop.isRaised else { return }
        log.error("cdcd ends: \(error.description)", ["error.code": error.code.name])
        status.withLock { $0 = error.code.failureClass == .target ? Exit.unreachable : Exit.failure }
        Signals.endProcess()
      }
    }
    Signals.waitForEnd()
    log.info("cdcd stops")
    stop.raise()
    starter.join(patience: .seconds(2))
    worker.shutDown(patience: drainPatience)
    return status.withLock { $0 }
  }

  private static func complain(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
