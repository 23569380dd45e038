import ChangeModel
import Settings
import Testing

@Suite struct JavaPatternTests {
  @Test(arguments: [
    ("public\\.(a|ab)", "public.ab", true), ("a", "aa", false), ("(?i)CRM\\..*", "crm.x", true),
    ("\\u0041+", "AAA", true), ("\\uD83D\\uDE00", "😀", true), (".", "😀", true), ("\\Qa.b\\E", "a.b", true),
    ("\\Qa.b\\E", "axb", false), ("\\p{Lower}+", "abc", true), ("\\p{Lower}+", "aBc", false),
    ("[\\p{Upper}_]+", "A_B", true), ("\\P{Digit}+", "abc", true), ("[\\P{Digit}]+", "a1", false),
    ("\\p{IsLatin}+", "äx", true), ("\\p{IsAlphabetic}+", "äЖ", true), ("\\p{Lu}\\pL", "Äx", true),
    ("\\p{IsDigit}", "٣", true), ("\\d", "٣", false), ("[]a]+", "]a", true), ("\\0101", "A", true),
    ("\\x{41}\\x42", "AB", true), ("(?<x>a)\\k<x>", "aa", true), ("(?u)(?i)Ä", "ä", true), ("a{2,3}", "aaa", true),
    ("a++b", "aab", true), ("(?s).", "\n", true), (".", "\n", false), ("", "", true), ("[\\]]", "]", true),
    ("\\p{ASCII}*", "abc", true), ("[^\\p{ASCII}]", "é", true), ("[&]", "&", true), ("\\p{sc=Greek}", "α", true),
  ])
  func matchesAsJavaDoes(pattern: String, text: String, expected: Bool) throws {
    #expect(try JavaPattern(pattern).matches(text) == expected)
  }

  @Test(arguments: [
    "[a-c[x-z]]", "[a-z&&[^b]]", "\\p{InGreek}", "\\p{javaLowerCase}", "(?d)a", "(?U)a", "(?x)a b", "(?R)", "(?1)",
    "(*FAIL)", "(?|a)", "(?P<n>a)", "\\K", "\\N", "\\u12", "(", "a)", "[a", "\\", "(?#c)", "\\uD83D", "*a", "(?<n",
    "\\p{",
    "\\08", "\\C",
  ])
  func refusesWhatWouldMatchSomethingElse(pattern: String) {
    #expect(throws: PatternProblem.self) { try JavaPattern(pattern) }
  }

  @Test func findsAndIgnoresCase() throws {
    #expect(try JavaPattern("b+").isFound(in: "abbc"))
    #expect(try !JavaPattern("b+").isFound(in: "ac"))
    #expect(try JavaPattern("PUBLIC\\..*", ignoringCase: true).matches("public.x"))
    #expect(try JavaPattern("(a)|(b)").groups(ofWhole: "b") == ["b", nil, "b"])
    #expect(try JavaPattern("(a)").groups(ofWhole: "b") == nil)
  }

  @Test(arguments: [
    ("([^.]+)\\.([^.]+)\\.(.*)", "$2_$3", "crm.public.t", "public_t"),
    ("(?<db>\\w+)\\.x", "${db}\\$\\\\", "crm.x", "crm$\\"), ("(a)", "$10", "a", "a0"), ("x*", "-", "axb", "-a--b-"),
    ("", "_", "äb", "_ä_b_"), ("(a)|b", "[$1]", "ab", "[a][]"), ("q", "z", "abc", "abc"), ("$0", "$0", "a", "a"),
    ("b", "<$0>", "abab", "a<b>a<b>"), ("(?<=a)b", "", "abb", "ab"),
  ])
  func replacesAsJavaDoes(pattern: String, replacement: String, text: String, expected: String) throws {
    let compiled = try JavaPattern(pattern)
    #expect(try compiled.replaceAll(in: text, with: compiled.replacement(replacement)) == expected)
  }

  @Test func replacesTheFirstOnly() throws {
    let pattern = try JavaPattern("a|ab")
    #expect(try pattern.replaceFirst(in: "abab", with: pattern.replacement("x")) == "xbab")
  }

  @Test(arguments: ["$", "$2", "${no}", "\\", "$x", "${a"])
  func refusesReplacements(_ replacement: String) throws {
    let pattern = try JavaPattern("(a)")
    #expect(throws: PatternProblem.self) { try pattern.replacement(replacement) }
  }

  @Test func stopsACostlyMatch() throws {
    let pattern = try JavaPattern("(a+)+")
    let text = String(repeating: "a", count: 40) + "!"
    let error = #expect(throws: CDCError.self) { try pattern.matches(text) }
    #expect(error?.code == .patternTooCostly)
  }

  @Test func listsMatchWholeNamesInAnyCase() throws {
    let list = try PatternList(" public\\.cust.* ,,crm\\.[a\\,b]{1\\,2}, \\Qx\\E")
    #expect(list.sources == ["public\\.cust.*", "crm\\.[a,b]{1,2}", "\\Qx\\E"])
    #expect(try list.matches("PUBLIC.customers"))
    #expect(try list.matches("crm.ab"))
    #expect(try !list.matches("xpublic.customers"))
    #expect(try list.firstMatch("X") == 2)
    #expect(try PatternList(" ").isEmpty)
    #expect(PatternList.problem(in: "a,(b")?.contains("position") == true)
    #expect(PatternList.problem(in: "a") == nil)
  }
}
