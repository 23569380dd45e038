internal import ChangeModel
internal import Glibc
internal import ObjectStore

/// Puts an object together from pieces: in memory while it is small, in a file without a name beyond that. It is used
/// again for the next object.
final class Assembly {
  private static let memoryLimit = 8 << 20
  private static let pieceBytes = 1 << 20

  private let folder: String
  private var memory = ByteBuffer(capacity: 1 << 16)
  private var descriptor: Int32 = -1
  private var written = 0

  init(folder: String) { self.folder = folder }

  deinit { close() }

  /// Appends bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws(CDCError) {
    memory.append(bytes)
    let limit = written > 0 ? Self.pieceBytes : Self.memoryLimit
    if memory.count >= limit { try flush() }
  }

  /// Appends bytes.
  func append(_ bytes: [UInt8]) throws(CDCError) {
    try bytes.withUnsafeBufferPointer { bytes throws(CDCError) in try append(UnsafeRawBufferPointer(bytes)) }
  }

  /// Hands the whole object to `body` and empties itself.
  func finish(_ body: (ObjectBody) throws(CDCError) -> Void) throws(CDCError) {
    defer { reset() }
    if written == 0 { return try body(.bytes(memory.bytes)) }
    try flush()
    try body(.file(descriptor: descriptor, count: written))
  }

  /// Empties itself.
  func reset() {
    memory.removeAll(keepingAtMost: Self.pieceBytes)
    if written > 0, descriptor >= 0 { _ = ftruncate(descriptor, 0) }
    written = 0
  }

  /// Gives the file back.
  func close() {
    reset()
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  private func flush() throws(CDCError) {
    guard memory.count > 0 else { return }
    if descriptor < 0 { descriptor = try UnnamedFile.open(in: folder) }
    try UnnamedFile.write(memory.bytes, to: descriptor, at: Int64(written), folder)
    written += memory.count
    memory.removeAll(keepingAtMost: Self.pieceBytes)
  }
}
