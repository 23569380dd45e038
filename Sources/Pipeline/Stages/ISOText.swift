internal import ChangeModel

/// Moments as Kafka Connect's `Values` writes them: below a day as a time, at midnight as a date, else with both.
enum ISOText {
  private static let time = JavaDateFormat.known("HH:mm:ss.SSS'Z'")
  private static let date = JavaDateFormat.known("yyyy-MM-dd")
  private static let both = JavaDateFormat.known("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")

  static func bytes(milliseconds: Int64) -> [UInt8] {
    var out = ByteBuffer(capacity: 32)
    append(milliseconds: milliseconds, to: &out)
    return Array(out.bytes)
  }

  static func append(milliseconds: Int64, to out: inout ByteBuffer) {
    let format = milliseconds < 86_400_000 ? time : milliseconds % 86_400_000 == 0 ? date : both
    format.append(milliseconds, to: &out)
  }
}
