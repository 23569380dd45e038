import CMariaDB
import Testing

/// The MySQL and MariaDB client library is found, linked and recent enough for the binlog.
@Suite struct LinkTests {
  @Test func theClientLibraryIsLinked() throws {
    let version = String(cString: mysql_get_client_info())
    let parts = version.split(separator: ".").compactMap { Int($0) }
    try #require(parts.count >= 2, "no version: \(version)")
    #expect((parts[0], parts[1]) >= (3, 3), "MariaDB Connector/C is \(version)")
  }

  @Test func aHandleCanBeMade() {
    let handle = mysql_init(nil)
    #expect(handle != nil)
    mysql_close(handle)
  }
}
