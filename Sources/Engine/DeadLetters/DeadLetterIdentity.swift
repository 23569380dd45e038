internal import JSON

/// Which dead letter it is. A kill may have written the same one twice; they are one by this.
struct DeadLetterIdentity: Equatable {
  /// The connector.
  var connector: String
  /// Where its record stood.
  var origin: DeadLetterOrigin
  /// 0, then one more with each replay.
  var attempt: Int

  /// The key of its outcome in the status topic: `{"connector":…,"topic":…,"partition":…,"offset":…,"attempt":…}`.
  var statusKey: [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(96 + connector.utf8.count + origin.topic.utf8.count)
    key += #"{"connector":"#.utf8
    Self.append(connector, to: &key)
    key += #","topic":"#.utf8
    Self.append(origin.topic, to: &key)
    key += #","partition":"#.utf8
    if let partition = origin.partition { key += String(partition).utf8 } else { key += "null".utf8 }
    key += #","offset":"#.utf8
    if case .number(let text) = origin.offset { key += text.utf8 } else { key += origin.offset.utf8 }
    key += #","attempt":"#.utf8
    key += String(attempt).utf8
    key.append(UInt8(ascii: "}"))
    return key
  }

  /// A status key as it is compared: one that somebody else wrote may be spaced or ordered otherwise.
  static func digest(ofStatusKey key: UnsafeRawBufferPointer) -> DeadLetterDigest {
    guard key.contains(UInt8(ascii: " ")) || !key.starts(with: Array(#"{"connector":"#.utf8)),
      let json = (try? JSONValue(parsing: key))?.object, let connector = json["connector"]?.string,
      let topic = json["topic"]?.string, let offset = json["offset"], let attempt = json["attempt"]?.int
    else { return DeadLetterDigest(key) }
    let partition = json["partition"]?.int.flatMap { Int32(exactly: $0) }
    let identity = DeadLetterIdentity(
      connector: connector, origin: DeadLetterOrigin(topic: topic, partition: partition, offset: offset),
      attempt: attempt)
    return DeadLetterDigest(identity.statusKey)
  }

  /// A JSON string.
  private static func append(_ text: String, to out: inout [UInt8]) {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    guard isPlain else {
      out += JSONValue.string(text).utf8
      return
    }
    out.append(UInt8(ascii: "\""))
    out += text.utf8
    out.append(UInt8(ascii: "\""))
  }
}
