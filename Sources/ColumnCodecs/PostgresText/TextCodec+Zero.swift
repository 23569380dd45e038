public import ChangeModel

extension TextCodec {
  /// Appends what stands in a column that can't be null when its value is not known: the type's zero, as Debezium's
  /// converters fall back to it.
  public func appendZero(to out: inout ByteBuffer) {
    if container != .none { return out.append(0) }
    switch form {
    case .boolean, .bit, .integer, .string, .bytea, .bits, .date, .milliTime, .microTime, .milliTimestamp,
      .microTimestamp, .interval, .doubleVector, .floatVector:
      out.append(0)
    case .float: out.appendFloat(0)
    case .double: out.appendDouble(0)
    case .decimal, .money: out.append([2, 0])
    case .variableDecimal: out.append([0, 2, 0])
    case .sparseVector: out.append([0, 0])
    case .zonedTimestamp: appendText("1970-01-01T00:00:00Z", to: &out)
    case .zonedTime: appendText("00:00:00Z", to: &out)
    case .hstore: appendText("{}", to: &out)
    case .point: GeometryText.appendPoint(x: 0, y: 0, to: &out)
    case .geometry: GeometryText.appendEmpty(to: &out)
    }
  }

  private func appendText(_ text: StaticString, to out: inout ByteBuffer) {
    out.appendSized(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
