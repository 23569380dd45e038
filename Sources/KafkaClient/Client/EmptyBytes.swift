/// An address for keys and values without bytes: librdkafka takes a missing address for a null.
nonisolated(unsafe) let emptyBytes = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
