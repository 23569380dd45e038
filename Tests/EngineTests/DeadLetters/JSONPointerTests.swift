import JSON
import Testing

@testable import Engine

@Suite struct JSONPointerTests {
  private let document = #"{"after":{"email":"x","tags":["a","b"],"a/b":{"m~n":1}},"":0}"#

  private func set(_ pointer: String, _ value: JSONValue) throws -> String? {
    var json = try JSONValue(parsing: document)
    return try #require(JSONPointer(pointer)).set(value, in: &json) ? json.text : nil
  }

  private func drop(_ pointer: String) throws -> String? {
    var json = try JSONValue(parsing: document)
    return try #require(JSONPointer(pointer)).drop(from: &json) ? json.text : nil
  }

  @Test func setReplacesAndAdds() throws {
    #expect(try set("/after/email", "y") == document.replacing("\"x\"", with: "\"y\""))
    #expect(try set("/after/new", 1)?.contains(#""new":1"#) == true)
    #expect(try set("/after/tags/0", "z")?.contains(#"["z","b"]"#) == true)
    #expect(try set("/after/tags/-", "z")?.contains(#"["a","b","z"]"#) == true)
    #expect(try set("/after/a~1b/m~0n", 2)?.contains(#"{"m~n":2}"#) == true)
    #expect(try set("/", 7)?.contains(#""":7"#) == true)
    #expect(try set("", 7) == "7")
  }

  @Test func dropTakesOut() throws {
    #expect(try drop("/after/email")?.contains("email") == false)
    #expect(try drop("/after/tags/0")?.contains(#"["b"]"#) == true)
    for pointer in ["", "/none", "/after/tags/2", "/after/tags/-", "/after/email/x"] {
      #expect(try drop(pointer) == nil, "nothing is at '\(pointer)'")
    }
  }

  @Test(arguments: ["/none/x", "/after/email/x", "/after/tags/2", "/after/tags/01", "/after/tags/x", "/after/tags/0/x"])
  func aPlaceThatIsNotThereIsRefused(pointer: String) throws { #expect(try set(pointer, 1) == nil) }

  @Test(arguments: ["a", "a/b", "/a~", "/a~2"]) func whatIsNoPointerIsRefused(text: String) {
    #expect(JSONPointer(text) == nil)
  }
}
