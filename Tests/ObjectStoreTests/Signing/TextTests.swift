import Testing

@testable import ObjectStore

/// The small texts of the protocol: times, percent signs, XML, hashes.
@Suite struct TextTests {
  @Test(
    arguments: [
      (0, "19700101T000000Z", "1970-01-01T00:00:00Z"), (1_369_353_600, "20130524T000000Z", "2013-05-24T00:00:00Z"),
      (951_782_400, "20000229T000000Z", "2000-02-29T00:00:00Z"),
      (4_102_444_799, "20991231T235959Z", "2099-12-31T23:59:59Z"),
    ] as [(Int64, String, String)])
  func times(_ seconds: Int64, _ basic: String, _ extended: String) {
    #expect(AWSTime.basic(seconds) == basic)
    #expect(AWSTime.seconds(extended) == seconds)
    #expect(AWSTime.seconds(extended.replacing("Z", with: ".123Z")) == seconds)
    #expect(AWSTime.seconds(extended.replacing("Z", with: "+00:00")) == seconds)
  }

  @Test(arguments: [
    "", "T", "2013-05-24", "2013-13-24T00:00:00Z", "2013-05-24T25:00:00Z", "2013-05-24T00:00:00+02:00",
    "2013-05-24T00:00Z", "x-y-zT00:00:00Z", "99999999999999999999-01-01T00:00:00Z",
  ])
  func noTimes(_ text: String) { #expect(AWSTime.seconds(text) == nil) }

  @Test func percentSigns() {
    #expect(URIText.encodedPath("a b/ü+=~'*") == "a%20b/%C3%BC%2B%3D~%27%2A")
    #expect(URIText.encoded("a/b") == "a%2Fb")
    #expect(URIText.query([("b", ""), ("a", "2"), ("a", "1 2")]) == "a=1%202&a=2&b=")
    #expect(URIText.decoded("a%20b+c%2B%C3%BC%zz%4") == "a b c+ü%zz%4")
  }

  @Test func xml() throws {
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- hello -->
      <a:R xmlns:a="http://x/?y>z" b='>'><Key>a&amp;b &#x4e; &#78;<![CDATA[<&>]]></Key><Empty/><L><M>1</M><M>2</M></L></a:R>

      """
    let root = try #require(XMLElement(parsing: text.utf8))
    #expect(root.name == "R")
    #expect(root["Key"] == "a&b N N<&>")
    #expect(root["Empty"] == "")
    #expect(root.child("L")?.children.map(\.text) == ["1", "2"])
    #expect(root["Other"] == nil)
    #expect(XMLElement(parsing: "<a>\(XMLElement.escaped("<&\"\r'>"))</a>".utf8)?.text == "<&\"\r'>")
  }

  @Test(arguments: [
    "", "text", "<a>", "<a></b>", "<a></ab>", "<a/><b/>", "<a>&x;</a>", "<!DOCTYPE a><a/>", "<a", "<a b='", "<a/>x",
    "<a>&#xD800;</a>", "<a>&", "{\"a\": 1}", "<a><![CDATA[x</a>", String(repeating: "<a>", count: 40),
  ])
  func noXML(_ text: String) { #expect(XMLElement(parsing: text.utf8) == nil) }

  @Test func brokenXMLDoesNoHarm() {
    let text = Array("<?xml a?><!--c--><a b='c'><d>&amp;&#65;</d><![CDATA[x]]><e/></a>".utf8)
    var generator = SystemRandomNumberGenerator()
    let special = Array("<>/&;'\"!?-[]= a#\0".utf8)
    for _ in 0..<20_000 {
      var broken = Array(text.prefix(Int.random(in: 0...text.count, using: &generator)))
      for _ in 0..<3 where !broken.isEmpty {
        broken[Int.random(in: 0..<broken.count, using: &generator)] = special.randomElement(using: &generator) ?? 0
      }
      let root = XMLElement(parsing: broken)
      #expect(root == nil || root?.name.isEmpty == false)
    }
  }

  @Test func hashes() {
    #expect(Digest.hex(Digest.sha256([])) == Digest.emptySHA256)
    #expect(Digest.base64(Array("any carnal pleas".utf8)) == "YW55IGNhcm5hbCBwbGVhcw==")
    #expect(Digest.bytes(base64: "YW55IGNhcm5hbCBwbGVhcw==") == Array("any carnal pleas".utf8))
    #expect(Digest.bytes(base64: "YQ=") == nil)
    // RFC 4231, test case 2.
    #expect(
      Digest.hex(Digest.hmac(key: Array("Jefe".utf8), "what do ya want for nothing?".utf8))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test(arguments: [
    "", "/", "a/", "../a", "a/../b", "a/./b", ".martinet-uploads/x",
  ])
  func unusableNames(_ name: String) { #expect(ObjectName.problem(name) != nil) }

  @Test func longAndBrokenNames() {
    #expect(ObjectName.problem("a\0b") != nil)
    #expect(ObjectName.problem(String(repeating: "a", count: 1024)) == nil)
    #expect(ObjectName.problem(String(repeating: "ü", count: 513)) != nil)
    #expect(XMLElement(parsing: String(repeating: "<a>", count: 100_000).utf8) == nil)
  }

  @Test(arguments: ["a", "a/b", "topics/t/partition=0/t+0+0000000042.avro", "a//b", "..a/b..", "ü", ".hidden"])
  func usableNames(_ name: String) { #expect(ObjectName.problem(name) == nil) }

  @Test func waitsAreRandomUpToADoublingLimit() {
    let policy = S3RetryPolicy(count: 3, first: .milliseconds(200), cap: .seconds(1))
    #expect(
      (0..<5).map(policy.limit) == [.milliseconds(200), .milliseconds(400), .milliseconds(800)] + [
        .seconds(1), .seconds(1),
      ])
    #expect(S3RetryPolicy(first: .seconds(1)).limit(attempt: 1_000_000) == .seconds(24 * 3600))
    var generator = SystemRandomNumberGenerator()
    let waits = (0..<1000).map { _ in policy.wait(attempt: 1, using: &generator) }
    #expect(waits.allSatisfy { $0 >= .zero && $0 <= .milliseconds(400) })
    #expect(waits.contains { $0 < .milliseconds(100) } && waits.contains { $0 > .milliseconds(300) })
  }
}
