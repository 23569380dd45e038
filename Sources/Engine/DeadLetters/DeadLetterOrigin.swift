internal import JSON

/// Where a dead letter's record stood: topic, partition and offset; of a source, no partition, and the source's offset.
struct DeadLetterOrigin: Equatable {
  /// The topic.
  var topic: String
  /// The partition; nil: the dead letter is a source's.
  var partition: Int32?
  /// A number; of a source, its offset object.
  var offset: JSONValue

  init(topic: String, partition: Int32?, offset: JSONValue) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
  }

  /// Reads the header `cdc.errors.origin`; nil: it is none.
  init?(_ header: UnsafeRawBufferPointer) {
    var scanner = PlainOriginScanner(header)
    if let plain = scanner.scan() {
      self = plain
      return
    }
    guard let json = (try? JSONValue(parsing: header))?.object, let topic = json["topic"]?.string,
      let offset = json["offset"], offset.int != nil || offset.object != nil
    else { return nil }
    self.topic = topic
    self.partition = json["partition"]?.int.flatMap { Int32(exactly: $0) }
    self.offset = offset
  }

  /// Whether it is a source's.
  var isOfSource: Bool { partition == nil }

  /// The header that says it: `{"topic":…,"partition":…,"offset":…}`.
  var header: [UInt8] { JSONValue.object(JSONObject(members)).utf8 }

  /// The members `topic`, `partition`, `offset`, in this order.
  var members: [JSONObject.Member] {
    [
      .init("topic", .string(topic)), .init("partition", partition.map { .integer($0) } ?? .null),
      .init("offset", offset),
    ]
  }
}

/// Reads an origin in the form that all writers of it use, `{"topic":"t","partition":0,"offset":42}`, without building
/// JSON values: a list of dead letters has one per record.
private struct PlainOriginScanner {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func scan() -> DeadLetterOrigin? {
    guard take(#"{"topic":""#), let topic = text(), take(#"","partition":"#), let partition = digits(),
      take(#","offset":"#), let offset = digits(), take("}"), at == bytes.count, let number = Int32(partition)
    else { return nil }
    return DeadLetterOrigin(topic: topic, partition: number, offset: .number(offset))
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    for index in 0..<count where bytes[at + index] != text.utf8Start[index] { return false }
    at += count
    return true
  }

  /// Up to the next quote, if nothing in it is escaped.
  private mutating func text() -> String? {
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\") { return nil }
      at += 1
    }
    return String(validating: bytes[start..<at], as: UTF8.self)
  }

  private mutating func digits() -> String? {
    let start = at
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
    guard at > start, at - start < 20, bytes[start] != UInt8(ascii: "0") || at == start + 1 else { return nil }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }
}
