internal import CSnappy
internal import CZlib
internal import CZstd
internal import ChangeModel

/// How an object is compressed as a whole.
enum StreamCompression: Sendable, Hashable {
  case none
  /// gzip (RFC 1952) of a level; -1: zlib's own.
  case gzip(level: Int32)
  /// The frames of xerial's snappy-java, which Aiven's sink writes.
  case snappy
  /// Zstandard.
  case zstandard

  /// What stands behind the name.
  var fileExtension: String {
    switch self {
    case .none: ""
    case .gzip: ".gz"
    case .snappy: ".snappy"
    case .zstandard: ".zst"
    }
  }
}

/// Compresses one object, piece by piece.
final class StreamCompressor {
  private static let snappyBlock = 32 * 1024
  private static let pieceBytes = 1 << 16

  private let compression: StreamCompression
  private let assembly: Assembly
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: StreamCompressor.pieceBytes, alignment: 16)
  private var deflater: UnsafeMutablePointer<z_stream>?
  private var zstandard: OpaquePointer?
  private var pending = ByteBuffer(capacity: 16)

  init(_ compression: StreamCompression, into assembly: Assembly) throws(CDCError) {
    self.compression = compression
    self.assembly = assembly
    switch compression {
    case .none: break
    case .gzip(let level): try openDeflater(level)
    case .zstandard: zstandard = ZSTD_createCCtx()
    case .snappy:
      try assembly.append([0x82] + Array("SNAPPY".utf8) + [0, 0, 0, 0, 1, 0, 0, 0, 1])
    }
  }

  deinit {
    room.deallocate()
    if let deflater {
      deflateEnd(deflater)
      deflater.deallocate()
    }
    ZSTD_freeCCtx(zstandard)
  }

  /// Takes a piece.
  func append(_ bytes: UnsafeRawBufferPointer) throws(CDCError) {
    switch compression {
    case .none: try assembly.append(bytes)
    case .gzip: try deflateAll(bytes, Z_NO_FLUSH)
    case .zstandard: try zstandardAll(bytes, ZSTD_e_continue)
    case .snappy: try snappyAll(bytes)
    }
  }

  /// Takes the end.
  func finish() throws(CDCError) {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    switch compression {
    case .none: break
    case .gzip: try deflateAll(nothing, Z_FINISH)
    case .zstandard: try zstandardAll(nothing, ZSTD_e_end)
    case .snappy: if pending.count > 0 { try snappyBlock(pending.bytes) }
    }
  }

  private func openDeflater(_ level: Int32) throws(CDCError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)
    )
    guard status == Z_OK else {
      stream.deallocate()
      throw failure("gzip")
    }
    deflater = stream
  }

  private func deflateAll(_ bytes: UnsafeRawBufferPointer, _ flush: Int32) throws(CDCError) {
    guard let deflater else { throw failure("gzip") }
    // zlib takes the input as mutable and does not write to it.
    deflater.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    deflater.pointee.avail_in = uInt(bytes.count)
    while true {
      deflater.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      deflater.pointee.avail_out = uInt(room.count)
      let status = deflate(deflater, flush)
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw failure("gzip") }
      let count = room.count - Int(deflater.pointee.avail_out)
      try assembly.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
      if flush == Z_FINISH ? status == Z_STREAM_END : deflater.pointee.avail_out > 0 { return }
    }
  }

  private func zstandardAll(_ bytes: UnsafeRawBufferPointer, _ end: ZSTD_EndDirective) throws(CDCError) {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while true {
      var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let left = ZSTD_compressStream2(zstandard, &output, &input, end)
      guard ZSTD_isError(left) == 0 else { throw failure("zstandard") }
      try assembly.append(UnsafeRawBufferPointer(rebasing: room[..<output.pos]))
      if end == ZSTD_e_end ? left == 0 : input.pos == input.size { return }
    }
  }

  private func snappyAll(_ bytes: UnsafeRawBufferPointer) throws(CDCError) {
    var at = 0
    while at < bytes.count {
      let count = min(Self.snappyBlock - pending.count, bytes.count - at)
      pending.append(UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)]))
      at += count
      if pending.count == Self.snappyBlock {
        try snappyBlock(pending.bytes)
        pending.removeAll()
      }
    }
  }

  private func snappyBlock(_ bytes: UnsafeRawBufferPointer) throws(CDCError) {
    var count = room.count - 4
    let out = room.baseAddress?.assumingMemoryBound(to: CChar.self)
    let status = snappy_compress(
      bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, out.map { $0 + 4 }, &count)
    guard status == SNAPPY_OK else { throw failure("snappy") }
    room.storeBytes(of: Int32(truncatingIfNeeded: count).bigEndian, as: Int32.self)
    try assembly.append(UnsafeRawBufferPointer(rebasing: room[..<(count + 4)]))
  }

  private func failure(_ name: String) -> CDCError {
    CDCError(.objectCompression, "an object can't be compressed with \(name)")
  }
}
