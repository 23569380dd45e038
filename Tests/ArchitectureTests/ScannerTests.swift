import Testing

/// The rules are only as good as the scanner below them.
@Suite struct ScannerTests {
  @Test func commentsAndStringsAreBlank() {
    let text = SwiftText(
      """
      let a = "try! x" // fatalError
      /* as! /* nested */ still */ let b = #"x!"# + "\\(value!)"
      let c = \"\"\"
        a!
        \"\"\"
      """)
    #expect(!text.code.contains("fatalError"))
    #expect(!text.code.contains("try!"))
    #expect(!text.code.contains("as!"))
    #expect(!text.code.contains("x!"))
    #expect(!text.code.contains("a!"))
    #expect(text.code.contains("value!"))
    #expect(text.code.contains("let b"))
    #expect(text.lines.count == 5)
  }

  @Test(arguments: [
    ("let x = y!", 1), ("let x = y[0]!", 1), ("let x = f()!", 1), ("if a != b {}", 0), ("if a!=b {}", 0),
    ("guard !done else { return }", 0), ("try! f()", 1), ("x as! Y", 1), ("fatalError()", 1), ("precondition(a)", 1),
    ("preconditionFailure()", 1), ("// y!", 0), ("print(\"y!\")", 0), ("let x: Int! = nil", 1),
  ])
  func crashesAreFound(_ code: String, _ count: Int) {
    #expect(Crashes.findings(in: SourceTree.File(path: "Sources/X/Y.swift", text: code + "\n")).count == count)
  }
}
