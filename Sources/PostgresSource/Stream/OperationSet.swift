internal import ChangeModel

/// A set of operations, as bits.
struct OperationSet: OptionSet, Sendable {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// One operation.
  init(_ operation: Operation) { rawValue = 1 << UInt16(operation.rawValue) }

  /// The set of letters of `skipped.operations` (`c`, `u`, `d`, `t`; `none`: nothing).
  init(letters: [String]) {
    self = []
    for letter in letters {
      switch letter.lowercased() {
      case "c": insert(OperationSet(.create))
      case "u": insert(OperationSet(.update))
      case "d": insert(OperationSet(.delete))
      case "t": insert(OperationSet(.truncate))
      default: break
      }
    }
  }
}
