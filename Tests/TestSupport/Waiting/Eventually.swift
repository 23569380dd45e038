internal import Glibc

/// Asks again and again until `condition` holds; false: it did not hold within `patience`. Errors of the condition count
/// as "not yet"; the last one is thrown at the end.
@discardableResult public func eventually(
  within patience: Duration = .seconds(20), every pause: Duration = .milliseconds(20),
  _ condition: () throws -> Bool
) throws -> Bool {
  let deadline = ContinuousClock.now + patience
  while true {
    do {
      if try condition() { return true }
    } catch {
      if ContinuousClock.now >= deadline { throw error }
    }
    if ContinuousClock.now >= deadline { return false }
    usleep(UInt32(pause / .microseconds(1)))
  }
}

/// Asks again and again until `value` is there; nil: it did not come within `patience`.
public func eventually<Value>(
  within patience: Duration = .seconds(20), every pause: Duration = .milliseconds(20),
  value: () throws -> Value?
) throws -> Value? {
  var found: Value?
  try eventually(within: patience, every: pause) {
    found = try value()
    return found != nil
  }
  return found
}

/// A name that no other test uses, for topics, slots and databases: `prefix_` and eight letters and digits.
public func uniqueName(_ prefix: String) -> String {
  let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
  return prefix + "_" + String((0..<8).compactMap { _ in letters.randomElement() })
}
