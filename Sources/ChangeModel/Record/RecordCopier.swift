/// Fills a batch with records that are made of others: copies their bytes and headers, and numbers their topics.
public struct RecordCopier {
  /// The batch that is filled.
  public let batch: RecordBatch
  private var numbers: [String: Int32] = [:]

  /// Fills an empty batch whose topics are not known yet.
  public init(_ batch: RecordBatch) {
    self.batch = batch
    batch.topics = []
  }

  /// A topic's place in the batch.
  public mutating func number(of topic: String) -> Int32 {
    if let known = numbers[topic] { return known }
    let number = Int32(batch.topics.count)
    batch.topics.append(topic)
    numbers[topic] = number
    return number
  }

  /// Copies bytes.
  public func copy(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
    let start = batch.bytes.count
    batch.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  /// Copies a part of another batch; what is absent stays so.
  public func copy(_ range: ByteRange, of source: RecordBatch) -> ByteRange {
    range.isPresent ? copy(source.bytes[range]) : .none
  }

  /// Copies those headers of a list whose name is wanted, as the beginning of a new one.
  public func copyHeaders(_ range: ByteRange, of source: RecordBatch, where isWanted: (UnsafeRawBufferPointer) -> Bool)
  {
    guard range.isPresent else { return }
    HeaderList.forEach(in: source.bytes[range]) { name, value in
      guard isWanted(name) else { return }
      batch.bytes.appendBigEndian(Int32(name.count))
      batch.bytes.append(name)
      guard let value else { return batch.bytes.appendBigEndian(Int32(-1)) }
      batch.bytes.appendBigEndian(Int32(value.count))
      batch.bytes.append(value)
    }
  }

  /// Adds a header to the list at the batch's end.
  public func addHeader(_ name: String, _ value: [UInt8]?) {
    guard let value else { return HeaderList.append(name: name, value: nil, to: &batch.bytes) }
    value.withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
  }
}
