internal import ChangeModel
internal import Flow
internal import JSON

/// One connector of this worker: its configuration, the state that is wanted, and its running tasks.
///
/// Transitions run one after the other on the connector's own thread, so that a slow stop holds up nobody else.
final class Connector: @unchecked Sendable {
  /// Events that the worker logs and counts.
  typealias Observer = @Sendable (_ connector: String, _ event: Event) -> Void

  enum Event: Sendable {
    case started(tasks: Int)
    case stopped
    case retrying(task: Int, CDCError)
    case failed(task: Int?, CDCError)
    case notice(String)
  }

  static let stopPatience: Duration = .seconds(9)

  let name: String
  let kind: ConnectorClass
  private let observer: Observer
  private let transitions: SerialQueue
  private let lock = Lock()
  private var storedConfig: JSONObject
  private var wanted: TargetState
  private var runners: [TaskRunner] = []
  private var plan: ConnectorPlan?
  private var planFailure: CDCError?
  private var forgottenTopics: Set<String> = []
  private var isDeleted = false

  init(name: String, kind: ConnectorClass, config: JSONObject, target: TargetState, observer: @escaping Observer) {
    self.name = name
    self.kind = kind
    self.observer = observer
    storedConfig = config
    wanted = target
    transitions = SerialQueue("control:\(name)")
  }

  var config: JSONObject { lock.withLock { storedConfig } }
  var target: TargetState { lock.withLock { wanted } }

  /// Brings the tasks into the wanted state.
  func reconcile() { transitions.run { [self] in reconcileNow() } }

  /// Takes another configuration and restarts the tasks with it.
  func replaceConfig(_ config: JSONObject) {
    lock.withLock { storedConfig = config }
    transitions.run { [self] in
      stopTasks(dropping: false)
      reconcileNow()
    }
  }

  /// Goes to another state.
  func setTarget(_ state: TargetState) {
    lock.withLock { wanted = state }
    reconcile()
  }

  /// Stops the tasks for good, as before a deletion. Returns when they ended or their time is up.
  func delete() {
    lock.withLock { isDeleted = true }
    transitions.run { [self] in stopTasks(dropping: true) }
    transitions.close()
    _ = transitions.drain(patience: Self.stopPatience)
  }

  /// Stops the tasks and keeps everything, as before the process ends.
  func shutDown() {
    for runner in lock.withLock({ runners }) { runner.requestStop(keepingState: true) }
    lock.withLock { isDeleted = true }
    transitions.run { [self] in stopTasks(dropping: false) }
    transitions.close()
  }

  /// Waits for the end of a `shutDown`.
  func waitForEnd(patience: Duration) -> Bool { transitions.drain(patience: patience) }

  /// Waits until every transition that was asked for is done. False: `patience` passed before.
  func settle(patience: Duration) -> Bool { transitions.drain(patience: patience) }

  /// Starts failed tasks, or all tasks, anew.
  func restart(connector: Bool, tasks: Bool, onlyFailed: Bool) {
    transitions.run { [self] in
      let hasFailedPlan = lock.withLock { planFailure != nil }
      if connector && (!onlyFailed || hasFailedPlan) { lock.withLock { planFailure = nil } }
      if tasks {
        for runner in lock.withLock({ runners }) where !onlyFailed || runner.hasFailed { restartNow(runner.id) }
      }
      reconcileNow()
    }
  }

  /// Starts one task anew.
  func restartTask(_ id: Int) { transitions.run { [self] in restartNow(id) } }

  /// The tasks' ids: none while stopped.
  var taskIDs: [Int] { lock.withLock { runners.map(\.id) } }

  /// Live figures; empty while there is no plan.
  var figures: ConnectorFigures {
    var figures = lock.withLock { plan }?.figures() ?? ConnectorFigures()
    figures.topics.subtract(lock.withLock { forgottenTopics })
    return figures
  }

  /// Forgets the topics used so far.
  func resetTopics() {
    let used = lock.withLock { plan }?.figures().topics ?? []
    lock.withLock { forgottenTopics.formUnion(used) }
  }

  /// A task's phase, or nil.
  func phase(of task: Int) -> TaskRunner.Phase? {
    lock.withLock { runners.first { $0.id == task } }?.currentPhase
  }

  /// Phases of all tasks, with the failure of the connector itself.
  var phases: (failure: CDCError?, tasks: [(id: Int, phase: TaskRunner.Phase, retries: Int)]) {
    let (failure, runners) = lock.withLock { (planFailure, self.runners) }
    return (failure, runners.map { ($0.id, $0.currentPhase, $0.retryCount) })
  }

  private func reconcileNow() {
    let (state, deleted) = lock.withLock { (wanted, isDeleted) }
    guard !deleted else { return }
    switch state {
    case .running: startTasks()
    case .paused: pauseTasks()
    case .stopped: stopTasks(dropping: true)
    }
  }

  private func startTasks() {
    let idle = lock.withLock { runners.isEmpty || runners.allSatisfy(\.isPaused) }
    guard idle else { return }
    do throws(CDCError) {
      let plan = try kind.plan(name, config)
      let fresh = plan.tasks.indices.map { makeRunner($0, plan) }
      lock.withLock {
        self.plan = plan
        planFailure = nil
        runners = fresh
      }
      for notice in plan.notices { observer(name, .notice(notice)) }
      for runner in fresh { runner.start() }
      observer(name, .started(tasks: fresh.count))
    } catch {
      lock.withLock {
        planFailure = error
        runners = []
      }
      observer(name, .failed(task: nil, error))
    }
  }

  /// Paused tasks are listed, but nothing of them runs.
  private func pauseTasks() {
    let running = lock.withLock { runners.filter { !$0.isPaused } }
    end(running)
    lock.withLock {
      runners = runners.map { runner in
        running.contains { $0 === runner } ? TaskRunner.paused(id: runner.id) : runner
      }
      if runners.isEmpty && planFailure == nil { runners = [TaskRunner.paused(id: 0)] }
    }
  }

  private func stopTasks(dropping: Bool) {
    let all = lock.withLock { runners }
    end(all, keepingState: !dropping)
    lock.withLock {
      runners = []
      planFailure = nil
    }
    if !all.isEmpty { observer(name, .stopped) }
  }

  private func end(_ ending: [TaskRunner], keepingState: Bool = true) {
    for runner in ending { runner.requestStop(keepingState: keepingState) }
    for runner in ending where !runner.join(patience: Self.stopPatience) {
      observer(
        name, .failed(task: runner.id, CDCError(.stopTimedOut, "task \(runner.id) of connector \(name) still runs")))
    }
  }

  private func restartNow(_ id: Int) {
    let (old, plan) = lock.withLock { (runners.first { $0.id == id }, self.plan) }
    guard let old, let plan, !old.isPaused else { return }
    end([old])
    let fresh = makeRunner(id, plan)
    lock.withLock { runners = runners.map { $0 === old ? fresh : $0 } }
    fresh.start()
  }

  private func makeRunner(_ id: Int, _ plan: ConnectorPlan) -> TaskRunner {
    TaskRunner(
      id: id, threadName: "\(name)-\(id)", policy: plan.retry,
      onError: { [name, observer] error, phase in
        if case .failed = phase {
          observer(name, .failed(task: id, error))
        } else {
          observer(name, .retrying(task: id, error))
        }
      }, body: plan.tasks[id])
  }
}
