internal import CSnappy
internal import CZlib
internal import CZstd

/// Compresses the blocks of object container files. It belongs to one thread and keeps its memory from block to block.
final class BlockPacker {
  private static let zstandardLevel: Int32 = 3

  private let codec: ContainerCodec
  private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var deflater: UnsafeMutablePointer<z_stream>?
  private var zstandard: OpaquePointer?

  init(_ codec: ContainerCodec) { self.codec = codec }

  deinit {
    room.deallocate()
    if let deflater {
      deflateEnd(deflater)
      deflater.deallocate()
    }
    ZSTD_freeCCtx(zstandard)
  }

  /// The block as it is stored; valid until the next call, or as long as `data`.
  func pack(_ data: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
    switch codec {
    case .null: return data
    case .deflate: return try deflated(data)
    case .snappy: return try snappy(data)
    case .zstandard: return try zstandard(data)
    }
  }

  private func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if room.count < count {
      room.deallocate()
      room = .allocate(byteCount: count, alignment: 16)
    }
    return room
  }

  private func deflated(_ data: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
    let stream = try openDeflater()
    let out = reserve(Int(deflateBound(stream, uLong(data.count))))
    // zlib takes the input as mutable and does not write to it.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: data.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = uInt(data.count)
    stream.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = uInt(out.count)
    let status = deflate(stream, Z_FINISH)
    let count = out.count - Int(stream.pointee.avail_out)
    deflateReset(stream)
    guard status == Z_STREAM_END else { throw AvroError("a block can't be compressed with deflate") }
    return UnsafeRawBufferPointer(rebasing: out[..<count])
  }

  private func openDeflater() throws(AvroError) -> UnsafeMutablePointer<z_stream> {
    if let deflater { return deflater }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw AvroError("zlib can't be started")
    }
    deflater = stream
    return stream
  }

  private func snappy(_ data: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
    var count = snappy_max_compressed_length(data.count)
    let out = reserve(count + 4)
    let status = snappy_compress(
      data.baseAddress?.assumingMemoryBound(to: CChar.self), data.count,
      out.baseAddress?.assumingMemoryBound(to: CChar.self), &count)
    guard status == SNAPPY_OK else { throw AvroError("a block can't be compressed with snappy") }
    let sum = UInt32(
      truncatingIfNeeded: crc32(0, data.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(data.count)))
    out.storeBytes(of: sum.bigEndian, toByteOffset: count, as: UInt32.self)
    return UnsafeRawBufferPointer(rebasing: out[..<(count + 4)])
  }

  private func zstandard(_ data: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
    zstandard = zstandard ?? ZSTD_createCCtx()
    let out = reserve(ZSTD_compressBound(data.count))
    let count = ZSTD_compressCCtx(
      zstandard, out.baseAddress, out.count, data.baseAddress, data.count, Self.zstandardLevel)
    guard ZSTD_isError(count) == 0 else { throw AvroError("a block can't be compressed with zstandard") }
    return UnsafeRawBufferPointer(rebasing: out[..<count])
  }
}
