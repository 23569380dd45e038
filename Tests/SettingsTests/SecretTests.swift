import Foundation
import Settings
import Testing

@Suite struct SecretTests {
  private let resolver = SecretResolver(
    variable: { ["USER": "app", "EMPTY": ""][$0] },
    file: { path throws(ReferenceProblem) in
      switch path {
      case "/run/pw": return Array("geheim\r\n\n".utf8)
      case "/run/db.properties": return Array(Self.properties.utf8)
      case "/run/binary": return [0xFF, 0xFE]
      default: throw ReferenceProblem(message: "\(path): No such file or directory")
      }
    })

  private static let properties = """
    # comment
    ! another
    user = app
    password: p\\u00e4ss=w\\u00f6rd
    long = one \\
        two
    key\\ with\\:odd=v\\tw
    twice=1
    twice=2
    empty
    """

  @Test func replacesReferences() throws {
    #expect(try resolver.resolve("plain $x ${topic} ${") == "plain $x ${topic} ${")
    #expect(try resolver.resolve("a-${env:USER}-b${env:EMPTY}${env:USER}") == "a-app-bapp")
    #expect(try resolver.resolve("${file:/run/pw}") == "geheim")
    #expect(try resolver.resolve("${file:/run/db.properties:user}") == "app")
    #expect(try resolver.resolve("${file:/run/db.properties:password}") == "päss=wörd")
    #expect(try resolver.resolve("${file:/run/db.properties:long}") == "one two")
    #expect(try resolver.resolve("${file:/run/db.properties:key with:odd}") == "v\tw")
    #expect(try resolver.resolve("${file:/run/db.properties:twice}") == "2")
    #expect(try resolver.resolve("${file:/run/db.properties:empty}") == "")
    #expect(try resolver.resolve("${${env:USER}") == "${app")
  }

  @Test(arguments: [
    ("${env:NOBODY}", "the environment variable NOBODY is not set"),
    ("${file:/none}", "/none: No such file or directory"),
    ("${file:/run/db.properties:no}", "has no key no"),
    ("${file:/run/binary}", "is not UTF-8"),
    ("${vault:secret/db:password}", "not supported yet"),
    ("${aws:db}", "there is no provider \"aws\""),
  ])
  func namesTheReferenceThatFails(text: String, reason: String) {
    let error = #expect(throws: ReferenceProblem.self) { try resolver.resolve("x\(text)y") }
    #expect(error?.message.contains("the reference \(text) can't be resolved: ") == true)
    #expect(error?.message.contains(reason) == true)
  }

  @Test func readsRealFilesAndVariables() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("abc\n".utf8).write(to: URL(fileURLWithPath: path))
    setenv("SETTINGS_TEST_SECRET", "from env", 1)
    #expect(try SecretResolver.system.resolve("${file:\(path)}/${env:SETTINGS_TEST_SECRET}") == "abc/from env")
    #expect(throws: ReferenceProblem.self) { try SecretResolver.system.resolve("${file:\(path).no}") }
  }

  @Test func cannotBePrinted() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump([secret], to: &dumped)
    #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
    #expect(secret.revealed == "hunter2")
  }

  @Test func tellsReferencesFromOtherText() {
    #expect(SecretResolver.hasReference("a${env:B}"))
    #expect(!SecretResolver.hasReference("${topic}_${source.table}"))
  }
}
