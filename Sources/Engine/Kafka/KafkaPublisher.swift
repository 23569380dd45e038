internal import ChangeModel
internal import Flow
internal import KafkaClient

/// Publishes to a real cluster: the offset lies in Kafka, in the transaction of its events.
final class KafkaPublisher: EventPublisher {
  private let publisher: TransactionalPublisher

  init(_ settings: PublisherSettings) { publisher = TransactionalPublisher(settings) }

  var status: ClientStatus { publisher.status }

  func open(stop: StopFlag) throws(CDCError) -> String? { try publisher.open(stop: stop) }

  func add(_ batch: RecordBatch) throws(CDCError) { try publisher.add(batch) }

  func commit(_ offset: SourceOffset) throws(CDCError) -> (position: DurablePosition?, batches: [RecordBatch]) {
    let (position, batches) = try publisher.commit(offset)
    return (position, batches)
  }

  func close() { publisher.close() }
}
