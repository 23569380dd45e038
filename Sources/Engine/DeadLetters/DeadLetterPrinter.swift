internal import Avro
internal import ChangeModel
internal import JSON

/// Dead letters as `dlq show` prints them.
struct DeadLetterPrinter {
  let codecs: CodecCache
  let settlements: DeadLetterSettlements

  /// One dead letter.
  func json(_ letter: DeadLetter) -> JSONValue {
    let headers = letter.headers
    var entry: JSONObject = [
      "topic": .string(letter.topic), "partition": .integer(letter.record.partition),
      "offset": .integer(letter.record.offset), "origin": .object(JSONObject(letter.identity.origin.members)),
      "connector": .string(letter.identity.connector), "attempt": .integer(letter.identity.attempt),
      "fingerprint": .string(letter.fingerprint), "code": .string(letter.code), "class": text(letter.failureClass),
      "pointer": text(headers.text(.pointer)), "message": text(headers.text(.message)),
      "timestamp": letter.record.timestamp < 0 ? .null : .integer(letter.record.timestamp),
      "headers": .object(self.headers(of: letter)),
    ]
    add("key", letter.key, to: &entry)
    add("value", letter.value, to: &entry)
    let settlement = settlements[letter.digest]
    entry["outcome"] = text(settlement?.outcome.rawValue)
    if let settlement {
      entry["settled_at"] = text(settlement.at)
      entry["reason"] = text(settlement.reason)
    }
    return .object(entry)
  }

  private func headers(of letter: DeadLetter) -> JSONObject {
    var members: [JSONObject.Member] = []
    guard letter.record.headers.isPresent else { return JSONObject() }
    HeaderList.forEach(in: letter.batch.bytes[letter.record.headers]) { name, value in
      let shown = value.map { bytes -> JSONValue in
        .string(String(validating: bytes, as: UTF8.self) ?? Base64.encode(bytes))
      }
      members.append(.init(String(decoding: name, as: UTF8.self), shown ?? .null))
    }
    return JSONObject(members)
  }

  private func add(_ name: String, _ bytes: UnsafeRawBufferPointer?, to entry: inout JSONObject) {
    let value = DecodedValue(bytes, codec: codecs.codec)
    entry[name] = value.json
    if value.isBase64 { entry["\(name)_encoding"] = "base64" }
  }

  private func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
