internal import Settings

extension MemberTable {
  /// Every node that applies to the member with a name.
  func nodes(_ name: UnsafeRawBufferPointer) -> [Int32] {
    var found = patterns.filter { $0.pattern.find(in: name) == .found }.map(\.node)
    let own = node(InstanceItem.hash(name), name)
    if own >= 0 { found.append(own) }
    return found.isEmpty && additional >= 0 ? [additional] : found
  }
}
