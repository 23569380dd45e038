internal import ChangeModel

/// A record's headers as texts, as Confluent's sink stores them.
struct RecordHeaderList {
  /// Name and value in UTF-8.
  private(set) var headers: [(name: [UInt8], value: [UInt8])] = []

  /// Throws where there are none, or one has no value.
  init(_ view: RecordView) throws(RecordRefusal) {
    var isNull = false
    Self.forEach(view) { name, value in
      if let value { headers.append((name, value)) } else { isNull = true }
    }
    guard !headers.isEmpty || isNull else {
      throw .task(.objectFormat, "has no headers, and store.kafka.headers asks for them")
    }
    guard !isNull else { throw .task(.objectFormat, "has a header without a value") }
  }

  /// Calls `body` with all headers.
  static func forEach(_ view: RecordView, _ body: (_ name: [UInt8], _ value: [UInt8]?) -> Void) {
    if view.record.headers.isPresent {
      HeaderList.forEach(in: view.batch.bytes[view.record.headers]) { body(Array($0), $1.map { Array($0) }) }
    }
    guard view.record.headerSet >= 0 else { return }
    for header in view.batch.headerSets[Int(view.record.headerSet)] { body(Array(header.name.utf8), header.value) }
  }
}
