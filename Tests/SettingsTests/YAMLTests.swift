import ChangeModel
import JSON
import Settings
import Testing

@Suite struct YAMLTests {
  private func parse(_ text: String) throws -> JSONValue { try YAML.parse(Array(text.utf8)) }

  @Test func readsScalarsByTheCoreSchema() throws {
    let value = try parse(
      """
      {a: null, b: ~, c: , d: true, e: FALSE, f: yes, g: 'true', h: "1", i: 12345678901234567890, j: -1.50, k: +7,
       l: 007, m: .5, n: 5., o: 0x1F, p: 0o17, q: 1e400, r: .inf, s: 1.2.3, t: 1_000, u: !!str 5, v: -0, w: 2001-01-01,
       x: "", y: 1E+3, z: -}
      """)
    #expect(
      value
        == .object([
          "a": nil, "b": nil, "c": nil, "d": true, "e": false, "f": "yes", "g": "true", "h": "1",
          "i": .number("12345678901234567890"), "j": .number("-1.50"), "k": 7, "l": 7, "m": .number("0.5"),
          "n": 5, "o": 31, "p": 15, "q": .number("1e400"), "r": ".inf", "s": "1.2.3", "t": "1_000", "u": "5",
          "v": .number("-0"), "w": "2001-01-01", "x": "", "y": .number("1e+3"), "z": "-",
        ]))
  }

  @Test func keepsOrderAndNesting() throws {
    let value = try parse("z: 1\na:\n  - x\n  - {k: v}\nm: |\n  text\n  more\n")
    #expect(value.text == #"{"z":1,"a":["x",{"k":"v"}],"m":"text\nmore\n"}"#)
    #expect(try parse("") == .null)
    #expect(try parse("# only a comment\n") == .null)
    #expect(try parse("---\na: 1\n...\n") == ["a": 1])
  }

  @Test func jsonIsYAML() throws {
    let text = "{\n\t\"a\": [1, \"\\u00e4\\/\", {}],\n\t\"b\": \"\\ud83d\\ude00\"\n}"
    #expect(try parse(text) == ["a": [1, "ä/", [:]], "b": "😀"])
    #expect(try parse(#"{"url":"http://x:1/y","e":""}"#) == ["url": "http://x:1/y", "e": ""])
  }

  @Test func replacesAliases() throws {
    #expect(try parse("a: &x {k: 1}\nb: *x\nc: [*x, *x]").text == #"{"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":1}]}"#)
  }

  @Test(arguments: [
    ("a: 1\nb: 2\n  c: 3\n", 3, "mapping values"), ("a: 1\nb:\n  a: 2\n  a: 3\n", 4, "\"a\" is there twice"),
    ("a: &x\n  b: *x\n", 2, "*x stands inside"), ("a: *nothing\n", 1, "anchor"), ("a: [1, 2\n", 2, "expected"),
    ("a: 1\n---\nb: 2\n", 2, "second document"), ("[a]: 1\n", 1, "a key must be a text"),
    ("a: !!binary aGk=", 1, "tag"),
    ("a: !!int x", 1, "tag"), ("a: \"\\x\"", 1, "hexdecimal"), ("a:\n\t- b", 2, "cannot start any token"),
    ("a: 1\nb: \u{1}\n", 2, "control characters"), ("%YAML 3.0\n---\na: 1", 1, "incompatible"),
  ])
  func saysWhatIsWrongAndWhere(text: String, line: Int, message: String) throws {
    let problem = #expect(throws: YAMLProblem.self) { try parse(text) }
    #expect(problem?.line == line && problem?.message.contains(message) == true, "\(String(describing: problem))")
  }

  @Test func refusesInvalidUTF8() {
    let problem = #expect(throws: YAMLProblem.self) {
      try YAML.parse([0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0x3A, 0x20, 0xFF])
    }
    #expect(problem?.line == 2)
  }

  @Test func refusesBombs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<10 {
      text += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
    }
    #expect(throws: YAMLProblem.self) { try parse(text) }
    #expect(throws: YAMLProblem.self) { try parse(String(repeating: "[", count: 5000)) }
  }

  @Test func namesTheFile() {
    let error = #expect(throws: CDCError.self) { try YAML.parse(Array("a: [".utf8), file: "topics.yaml") }
    #expect(error?.code == .malformedDocument && error?.message.hasPrefix("topics.yaml:2:1: ") == true)
    #expect(throws: CDCError.self) { try YAML.read("/no/such/file.yaml") }
  }
}
