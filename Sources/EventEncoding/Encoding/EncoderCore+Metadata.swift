internal import ChangeModel
internal import ColumnCodecs

/// Records that belong to no table: logical messages, transactions' borders, heartbeats.
extension EncoderCore {
  mutating func appendMessage(
    _ change: Change, _ wire: UnsafeRawBufferPointer, _ out: inout ByteBuffer,
    _ records: inout ContiguousArray<Record>, _ scratch: inout ByteBuffer
  ) throws(CDCError) {
    let schemas = EventSchemas(connector: options.connector)
    let shape: RecordShape
    if let known = messageShape {
      shape = known
    } else {
      shape = try self.shape(TopicNames(prefix: options.topicPrefix).message, schemas.messageKey, schemas.messageValue)
      messageShape = shape
    }
    let prefix = try slice(change.before, wire, change)
    let content = try slice(change.after, wire, change)
    var record = Record(topic: shape.topic)
    scratch.removeAll()
    Self.appendOptional(prefix, to: &scratch)
    record.key = try append(scratch.bytes, shape.key, options.keyConverter, to: &out)
    scratch.removeAll()
    scratch.append([2, UInt8(ascii: "m"), 2])
    scratch.appendLong(nanoseconds / 1_000_000)
    source.append(position: change.position, to: &scratch)
    if options.providesTransactionMetadata {
      source.appendTransaction(change, to: &scratch)
    } else {
      scratch.append(0)
    }
    Self.appendOptional(prefix, to: &scratch)
    Self.appendOptional(content, to: &scratch)
    record.value = try append(scratch.bytes, shape.value, options.valueConverter, to: &out)
    records.append(record)
  }

  mutating func appendBorder(
    _ change: Change, _ transaction: TransactionContext, _ out: inout ByteBuffer,
    _ records: inout ContiguousArray<Record>, _ scratch: inout ByteBuffer
  ) throws(CDCError) {
    let shape: RecordShape
    if let known = transactionShape {
      shape = known
    } else {
      shape = try self.shape(
        TopicNames(prefix: options.topicPrefix).transaction, EventSchemas.transactionKey, EventSchemas.transactionValue)
      transactionShape = shape
    }
    var record = Record(topic: shape.topic)
    scratch.removeAll()
    scratch.appendString("\(transaction.id):\(change.position)")
    record.key = try append(scratch.bytes, shape.key, options.keyConverter, to: &out)
    scratch.removeAll()
    let isEnd = change.operation == .end
    scratch.appendString(isEnd ? "END" : "BEGIN")
    scratch.appendString("\(transaction.id):\(change.position)")
    if isEnd {
      scratch.append(2)
      scratch.appendLong(transaction.collections.reduce(0) { $0 + $1.count })
      scratch.append(2)
      if !transaction.collections.isEmpty { scratch.appendLong(Int64(transaction.collections.count)) }
      for collection in transaction.collections {
        scratch.append(2)
        scratch.appendString(collection.name)
        scratch.appendLong(collection.count)
      }
      scratch.append(0)
    } else {
      scratch.append([0, 0])
    }
    scratch.appendLong(SourceBlock.milliseconds(transaction.commitMicroseconds))
    record.value = try append(scratch.bytes, shape.value, options.valueConverter, to: &out)
    records.append(record)
  }

  mutating func appendHeartbeat(
    _ out: inout ByteBuffer, _ records: inout ContiguousArray<Record>, _ scratch: inout ByteBuffer
  ) throws(CDCError) {
    let shape: RecordShape
    if let known = heartbeatShape {
      shape = known
    } else {
      shape = try self.shape(
        TopicNames(prefix: options.topicPrefix).heartbeat, EventSchemas.heartbeatKey, EventSchemas.heartbeatValue)
      heartbeatShape = shape
    }
    var record = Record(topic: shape.topic)
    record.partition = 0
    scratch.removeAll()
    scratch.appendString(options.topicPrefix)
    record.key = try append(scratch.bytes, shape.key, options.keyConverter, to: &out)
    scratch.removeAll()
    scratch.appendLong(clock() / 1_000_000)
    record.value = try append(scratch.bytes, shape.value, options.valueConverter, to: &out)
    records.append(record)
  }

  private mutating func shape(
    _ topic: String, _ key: ConnectSchema, _ value: ConnectSchema
  ) throws(CDCError) -> RecordShape {
    let key = try RecordSide(key, options.keyConverter, subject: "\(topic)-key", keyRegistrar)
    let value = try RecordSide(value, options.valueConverter, subject: "\(topic)-value", valueRegistrar)
    return RecordShape(topic: topics.number(of: topic), key: key, value: value)
  }

  /// Appends one side of a record from its Avro bytes.
  private func append(
    _ avro: UnsafeRawBufferPointer, _ side: RecordSide, _ converter: ConverterConfig, to out: inout ByteBuffer
  ) throws(CDCError) -> ByteRange {
    let start = out.count
    if converter.format == .avro {
      out.append(0)
      out.appendBigEndian(side.schemaID)
      out.append(avro)
    } else {
      try PayloadText.append(avro, side, converter.format, to: &out)
    }
    return ByteRange(offset: start, count: out.count - start)
  }

  private func slice(
    _ range: ByteRange, _ wire: UnsafeRawBufferPointer, _ change: Change
  ) throws(CDCError) -> UnsafeRawBufferPointer? {
    guard range.isPresent else { return nil }
    guard range.end <= wire.count else {
      throw CDCError(.rowMalformed, "a logical message at position \(change.position) lies outside of its batch")
    }
    return UnsafeRawBufferPointer(rebasing: wire[Int(range.offset)..<range.end])
  }

  private static func appendOptional(_ bytes: UnsafeRawBufferPointer?, to out: inout ByteBuffer) {
    guard let bytes else { return out.append(0) }
    out.append(2)
    out.appendSized(bytes)
  }
}
