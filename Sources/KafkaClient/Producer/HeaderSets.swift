internal import CRDKafka
internal import ChangeModel

/// The header sets of batches in librdkafka's form, by number; a record gets a copy of its set.
struct HeaderSets: ~Copyable {
  private var sets: [[Header]] = []
  private var made: ContiguousArray<OpaquePointer> = []

  deinit {
    for headers in made { rd_kafka_headers_destroy(headers) }
  }

  /// Takes over a batch's sets. Their numbers stay the same from batch to batch; what changed all the same is made anew.
  mutating func adopt(_ others: [[Header]]) {
    guard others != sets else { return }
    let kept = zip(sets, others).prefix { $0 == $1 }.count
    for headers in made[kept...] { rd_kafka_headers_destroy(headers) }
    made.removeSubrange(kept...)
    sets = others
    for set in others[kept...] {
      let headers = rd_kafka_headers_new(set.count)
      for header in set { Self.add(header, to: headers) }
      if let headers { made.append(headers) }
    }
  }

  /// A record's headers, owned by the caller: its own, then the shared ones.
  @inline(__always) func headers(own: UnsafeRawBufferPointer?, shared: Int32) -> OpaquePointer? {
    guard let own else { return rd_kafka_headers_copy(made[Int(shared)]) }
    return mixed(own, shared)
  }

  private func mixed(_ own: UnsafeRawBufferPointer, _ shared: Int32) -> OpaquePointer? {
    let headers = rd_kafka_headers_new(8)
    HeaderList.forEach(in: own) { name, value in
      rd_kafka_header_add(
        headers, name.baseAddress?.assumingMemoryBound(to: CChar.self), name.count,
        value.map(Self.start),
        value?.count ?? 0)
    }
    if shared >= 0 {
      for header in sets[Int(shared)] { Self.add(header, to: headers) }
    }
    return headers
  }

  private static func add(_ header: Header, to headers: OpaquePointer?) {
    guard let value = header.value else {
      rd_kafka_header_add(headers, header.name, -1, nil, 0)
      return
    }
    value.withUnsafeBytes { bytes in
      _ = rd_kafka_header_add(headers, header.name, -1, start(bytes), bytes.count)
    }
  }

  /// Where the bytes begin, also of an empty value, which a missing address would turn into a null.
  private static func start(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
    bytes.baseAddress ?? emptyBytes
  }
}
