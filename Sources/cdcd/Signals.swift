internal import Glibc

/// The process' signals: blocked in every thread from the first line of `main`, and taken by the main thread alone.
enum Signals {
  private static let handled = [SIGTERM, SIGINT, SIGHUP]

  /// Blocks them; to be called before any other thread exists. A closed pipe or socket is an error code, not a signal.
  static func block() {
    var set = mask
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for a signal that ends the process.
  static func waitForEnd() {
    var set = mask
    var number: Int32 = 0
    repeat {
      guard sigwait(&set, &number) == 0 else { continue }
    } while number == SIGHUP
  }

  /// Ends the wait from another thread.
  static func endProcess() { kill(getpid(), SIGTERM) }

  private static var mask: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in handled { sigaddset(&set, number) }
    return set
  }
}
