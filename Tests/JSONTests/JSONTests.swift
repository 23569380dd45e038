import JSON
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"b":1.10,"a":[null,true,1e400,12345678901234567890]}"#, #""a\"\\\n\u0001""#, "[]", "{}", "-0", "[[],{}]",
  ]) func textIsKept(_ text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test func escapes() throws {
    #expect(try JSONValue(parsing: #""\u00e9\ud83d\ude00\/""#) == "é😀/")
  }

  @Test(arguments: [
    ("{\"a\":1,\n\"a\":2}", 2, 4, "twice"), ("[1,]", 1, 4, "not a JSON value"), ("{\"a\" 1}", 1, 6, "colon"),
    ("\"\\ud800\"", 1, 8, "second half"), ("01", 1, 2, "more text"), ("", 1, 1, "missing"),
    ("\"\u{1}\"", 1, 2, "control"),
  ]) func errorsSayWhere(_ text: String, _ line: Int, _ column: Int, _ word: String) {
    #expect {
      _ = try JSONValue(parsing: text)
    } throws: { error in
      guard let error = error as? JSONError else { return false }
      return error.line == line && error.column == column && error.message.contains(word)
    }
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func nestingIsLimited() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
  }

  @Test func objectsCompareWhateverTheirOrder() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":2}"#) == JSONValue(parsing: #"{"b":2,"a":1}"#))
  }
}
