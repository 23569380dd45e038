extension AvroReader {
  /// The head of an array's or map's next block.
  struct Block {
    /// Items in it; 0: the array ends here.
    var count: Int
    /// Bytes of the items, where the writer said so.
    var size: Int?
  }

  /// Reads a block's head. A count that can't be in the bytes that are left is an error before anything is made for
  /// it; `smallestItem` is the least number of bytes of an item.
  mutating func readBlock(smallestItem: Int) throws(AvroError) -> Block {
    var count = try readLong()
    var size: Int?
    if count < 0 {
      guard count != .min else { throw AvroError("a block's count is not possible") }
      count = -count
      let bytes = try readLong()
      guard bytes >= 0 else { throw AvroReader.negativeLength() }
      guard bytes <= Int64(remaining) else { throw AvroReader.truncated() }
      size = Int(bytes)
    }
    let (least, overflow) = count.multipliedReportingOverflow(by: Int64(smallestItem))
    guard !overflow, least <= Int64(remaining) else { throw AvroReader.truncated() }
    return Block(count: Int(count), size: size)
  }
}
