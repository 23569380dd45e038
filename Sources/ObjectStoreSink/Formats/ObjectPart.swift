internal import ChangeModel

/// One of the objects that an open file becomes: its values, its keys or its headers.
final class ObjectPart {
  /// A run of records that a block of a container file holds.
  struct Block {
    var records: Int
    var bytes: Int
  }

  let body = GatheredBytes()
  /// The schema of an Avro file, from its first record.
  var schema: KnownSchema?
  /// The blocks that are complete.
  private(set) var blocks: ContiguousArray<Block> = []
  /// Bytes at which a block ends; 0: the format has no blocks.
  var blockLimit = 0
  /// Records so far.
  private(set) var records = 0
  private var kept = 0
  private var blockStart = 0
  private var blockRecords = 0

  /// Counts the record that was appended last.
  @inline(__always) func keep() {
    kept = body.count
    records += 1
    blockRecords += 1
    if blockLimit > 0, kept - blockStart >= blockLimit { endBlock() }
  }

  /// Takes the record back that was appended last and not kept.
  func takeBack() { body.buffer.truncate(to: body.buffer.count - (body.count - kept)) }

  /// Ends the last block.
  func endBlock() {
    guard blockRecords > 0 else { return }
    blocks.append(Block(records: blockRecords, bytes: body.count - blockStart))
    blockStart = body.count
    blockRecords = 0
  }
}

/// What an object is written as.
protocol ObjectFormat: AnyObject {
  /// The end of the name, with its dot.
  var fileExtension: String { get }
  /// The store's `Content-Type`.
  var contentType: String { get }

  /// Appends a record. What it appended before it throws is taken back by the caller.
  func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal)

  /// Puts the object's bytes together.
  func assemble(_ object: ObjectPart, name: String, _ spool: Spool, into assembly: Assembly) throws(CDCError)

  /// Whether an object's bytes are what was gathered, as it is.
  var isPlain: Bool { get }
}

/// What of a record an object holds.
enum RecordPart: Sendable {
  case value, key, headers

  /// What stands in the name before the extension.
  var suffix: String {
    switch self {
    case .value: ""
    case .key: ".keys"
    case .headers: ".headers"
    }
  }
}

extension RecordView {
  /// The datum of a part; headers have none.
  func datum(_ part: RecordPart) -> Datum { part == .key ? key : value }
}
