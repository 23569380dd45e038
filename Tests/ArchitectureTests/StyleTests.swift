import Testing

/// Rules for the text of the files.
@Suite struct StyleTests {
  @Test func filesAreSmall() {
    let lengths = SourceTree.sources.map(\.lineCount).sorted()
    for file in SourceTree.sources { #expect(file.lineCount <= 500, "\(file.path) has \(file.lineCount) lines") }
    #expect(lengths[lengths.count / 2] <= 150, "the median source file is too long")
  }

  @Test func nothingForcesACrash() {
    for file in SourceTree.sources {
      for finding in Crashes.findings(in: file) { Issue.record("\(finding)") }
    }
  }

  @Test func linesAreClean() {
    for file in SourceTree.swift {
      #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path) must end with one line break")
      for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let isClean = !line.contains("\t") && !line.contains("\r") && line.last?.isWhitespace != true
        #expect(isClean, "\(file.path):\(index + 1): a tab, a carriage return or a space at the end")
      }
    }
  }

  @Test func nothingIsLeftUnfinished() {
    let words = [
      "TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "not " + "implemented", "not yet " + "implemented",
    ]
    for file in SourceTree.sources {
      for word in words { #expect(!file.text.contains(word), "\(file.path) contains \(word)") }
    }
  }

  @Test func noPathOfOneMachine() {
    let kinds = [".swift", ".md", ".sh", ".yml", ".yaml", ".json", ".py", ".avsc", ".txt"]
    for file in SourceTree.files {
      let name = file.path.split(separator: "/").last ?? ""
      guard kinds.contains(where: { file.path.hasSuffix($0) }) || !name.contains(".") else { continue }
      for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let found = line.firstMatch(of: /(?:^|[^\w.\-])\/(?:work|farm|root|home)\/\w/)
        #expect(found == nil, "\(file.path):\(index + 1): a path of one machine")
      }
    }
  }

  @Test func everyTestFileExpectsSomething() {
    for file in SourceTree.tests where file.text.contains("@Test") {
      let expects = ["#expect", "#require", "Issue.record"].contains { file.text.contains($0) }
      #expect(expects, "\(file.path): tests without an expectation")
    }
  }
}
