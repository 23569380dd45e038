internal import Avro
internal import ChangeModel
internal import EventEncoding

/// Reads the payloads of one side as its converter wrote them.
final class PayloadReader {
  /// A payload's schema and value.
  struct Finding {
    var schema: StageSchema
    var bytes: UnsafeRawBufferPointer
    var isNull: Bool
  }

  /// A converted payload: `skip` bytes of a union's branch stand before the value.
  struct Conversion {
    var schema: StageSchema
    var isNull: Bool
    var skip: Int
  }

  let format: RecordFormat
  private let side: RecordSide
  private let table: SchemaTable
  private let registry: any SchemaSource
  private let json = JSONRecords()

  private var known: [Int32: Known] = [:]
  private var lastID: Int32 = 0
  private var last: Known?
  private var converted: [Int: Known] = [:]

  /// A registered schema; `nullBranch` is -1 where the value is no union of null and one other.
  private final class Known {
    let schema: StageSchema
    let nullBranch: Int
    init(_ schema: StageSchema, nullBranch: Int) {
      self.schema = schema
      self.nullBranch = nullBranch
    }
  }

  init(_ side: RecordSide, _ format: RecordFormat, _ table: SchemaTable, _ registry: any SchemaSource) {
    self.side = side
    self.format = format
    self.table = table
    self.registry = registry
  }

  /// Reads Confluent's wire format. Nil: it is null without a schema.
  func avro(_ wire: UnsafeRawBufferPointer) throws(StageFailure) -> Finding? {
    guard wire.count >= StagePayload.headBytes, wire[0] == 0 else {
      throw trouble("does not begin with a zero byte and a schema id, as the Avro converter writes it")
    }
    let id = Int32(bigEndian: wire.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    let found: Known
    if let last, id == lastID { found = last } else { found = try known(id) }
    let body = UnsafeRawBufferPointer(rebasing: wire[StagePayload.headBytes...])
    guard found.nullBranch >= 0 else { return Finding(schema: found.schema, bytes: body, isNull: false) }
    let (count, isNull) = try branch(body, found.nullBranch)
    return Finding(schema: found.schema, bytes: UnsafeRawBufferPointer(rebasing: body[count...]), isNull: isNull)
  }

  /// Appends a payload of another converter as Avro. Nil: it is null.
  func convert(_ wire: UnsafeRawBufferPointer, to out: inout ByteBuffer) throws(StageFailure) -> Conversion? {
    switch format {
    case .avro: return nil
    case .json:
      let start = out.count
      let number: Int?
      do throws(RecordProblem) { number = try json.convert(wire, to: &out) } catch { throw trouble(error.text) }
      guard let number else { return nil }
      let found: Known
      if let known = converted[number] {
        found = known
      } else {
        found = try make(json.schema(number))
        converted[number] = found
      }
      guard found.nullBranch >= 0 else { return Conversion(schema: found.schema, isNull: false, skip: 0) }
      let body = UnsafeRawBufferPointer(rebasing: out.bytes[start...])
      let (count, isNull) = try branch(body, found.nullBranch)
      return Conversion(schema: found.schema, isNull: isNull, skip: count)
    case .string, .bytes:
      out.reserveCount(wire.count)
      out.append(wire)
      let found: Known
      if let last { found = last } else { found = try make(Schema(format == .string ? .string : .bytes)) }
      last = found
      return Conversion(schema: found.schema, isNull: false, skip: 0)
    case .jsonWithoutSchema:
      throw trouble("has no schema (schemas.enable is false), and the stage needs one")
    }
  }

  private func known(_ id: Int32) throws(StageFailure) -> Known {
    let found: Known
    if let known = known[id] {
      found = known
    } else {
      let schema: Schema
      do throws(CDCError) { schema = try registry.schema(id: id) } catch {
        let isItsOwn = error.code.failureClass == .poison || error.code.failureClass == .record
        throw isItsOwn ? .converter(error, isKey: side == .key) : .batch(error)
      }
      found = try make(schema)
      known[id] = found
    }
    lastID = id
    last = found
    return found
  }

  private func make(_ wire: Schema) throws(StageFailure) -> Known {
    do throws(AvroError) {
      let schema = try table.schema(wire)
      let null = schema.isOptional ? wire.branches?.firstIndex { $0.kind == .null } : nil
      return Known(schema, nullBranch: null ?? -1)
    } catch { throw trouble("has a schema that can't be used: \(error)") }
  }

  private func branch(
    _ body: UnsafeRawBufferPointer, _ nullBranch: Int
  ) throws(StageFailure) -> (count: Int, isNull: Bool) {
    var reader = AvroReader(body)
    do throws(AvroError) {
      let branch = try reader.readBranch(of: 2)
      return (reader.position, branch == nullBranch)
    } catch { throw trouble("does not fit its schema: \(error.message)") }
  }

  private func trouble(_ text: String) -> StageFailure {
    .converter(CDCError(.undecodableRecord, "The \(side.rawValue) \(text)"), isKey: side == .key)
  }
}

extension ByteBuffer {
  /// Appends an Avro length.
  fileprivate mutating func reserveCount(_ count: Int) {
    let room = reserve(AvroBinary.longestLong)
    commit(AvroBinary.writeLong(Int64(count), to: room))
  }
}
