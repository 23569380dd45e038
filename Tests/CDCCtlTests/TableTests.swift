import Testing

@testable import cdcctl

@Suite struct TableTests {
  @Test func alignsAndTrims() {
    let table = Table(["A", "LONG", "C"], [["1", "2", "3"], ["longer", "", ""]])
    #expect(table.text == "A       LONG  C\n1       2     3\nlonger\n")
  }

  @Test func aCellStaysOnItsLine() {
    #expect(Table([], [["a\nb", "c\td\u{1B}[1m"]]).text == "a b  c d [1m\n")
  }

  @Test func withoutRows() {
    #expect(Table(["A"], [], empty: "nothing").text == "nothing\n")
    #expect(Table(["A"], []).text.isEmpty)
  }

  @Test func lettersOfSeveralBytes() {
    #expect(Table(["NAME", "X"], [["Größe", "1"], ["ab", "2"]]).text == "NAME   X\nGröße  1\nab     2\n")
  }
}

@Suite struct PrintableTests {
  @Test func controlCharacters() {
    #expect(Printable.line("a\u{1B}[2J\nb\u{85}c\u{2028}d") == "a [2J b c d")
    #expect(Printable.lines("a\r\nb\u{7}\n") == ["a", "b ", ""])
  }

  @Test(arguments: [
    ("http://user:p@ss@host:8083/x", "http://host:8083/x"), ("user:pass@host", "host"),
    ("http://host/@", "http://host/@"),
    ("http://host", "http://host"),
  ])
  func addresses(url: String, shown: String) {
    #expect(Printable.address(url) == shown)
  }

  @Test func noPasswordInAnError() {
    let run = Run(["health", "--url", "http://admin:geheim@127.0.0.1:1"], isReachable: false)
    #expect(run.status == 3 && run.error.contains("http://127.0.0.1:1") && !run.error.contains("geheim"))
  }
}
