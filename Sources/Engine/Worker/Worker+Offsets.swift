internal import ChangeModel
public import JSON

extension Worker {
  /// The stored offsets of a connector, running or not.
  public func offsets(_ name: String) throws(ControlError) -> [(partition: JSONObject, offset: JSONValue)] {
    let connector = try required(name)
    do {
      return try connector.kind.offsets(name, connector.config).map { ($0.partition, $0.offset) }
    } catch { throw ControlError(status: 500, message: error.description) }
  }

  /// Changes stored offsets of a stopped connector.
  public func alterOffsets(_ name: String, _ offsets: [(partition: JSONObject, offset: JSONValue)])
    throws(ControlError)
  {
    let changes = offsets.map { OffsetEntry(partition: $0.partition, offset: $0.offset) }
    try changeOffsets(name, changes)
  }

  /// Forgets the stored offsets of a stopped connector.
  public func resetOffsets(_ name: String) throws(ControlError) { try changeOffsets(name, nil) }

  /// Offsets change only while nothing reads or writes them.
  private func changeOffsets(_ name: String, _ changes: [OffsetEntry]?) throws(ControlError) {
    let connector = try required(name)
    // The tasks of a connector that was stopped a moment ago may still be ending.
    let isStopped = connector.target == .stopped && connector.settle(patience: Connector.stopPatience)
    guard isStopped, connector.taskIDs.isEmpty else {
      throw .mustBeStopped(name)
    }
    do { try connector.kind.alterOffsets(name, connector.config, changes) } catch {
      throw ControlError(status: error.code.failureClass == .poison ? 400 : 500, message: error.description)
    }
  }
}
