internal import Glibc

/// Why a reference has no value; never with what a file or variable holds.
public struct ReferenceProblem: Error, Sendable, Equatable {
  /// The sentence, with the reference.
  public var message: String

  /// A problem.
  public init(message: String) { self.message = message }
}

/// Replaces references in configuration values: `${env:NAME}`, `${file:PATH}` (the whole file without line breaks at
/// its end), `${file:PATH:KEY}` (a value of a Java properties file). What has no provider before a colon (`${topic}`)
/// is left alone.
public struct SecretResolver: Sendable {
  private let variable: @Sendable (String) -> String?
  private let file: @Sendable (String) throws(ReferenceProblem) -> [UInt8]

  /// A resolver with its own environment and files, for tests.
  public init(
    variable: @escaping @Sendable (String) -> String?,
    file: @escaping @Sendable (String) throws(ReferenceProblem) -> [UInt8]
  ) {
    self.variable = variable
    self.file = file
  }

  /// The process's environment and the machine's files.
  public static let system = SecretResolver(
    variable: { name in getenv(name).map { String(cString: $0) } },
    file: { path throws(ReferenceProblem) in try SmallFile.read(path) })

  /// The text with every reference replaced.
  public func resolve(_ text: String) throws(ReferenceProblem) -> String {
    var out: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let (before, reference, behind) = Reference.first(in: rest) {
      out += before
      out += try value(of: reference).utf8
      rest = behind
    }
    return out.isEmpty && rest.count == text.utf8.count ? text : String(decoding: out + rest, as: UTF8.self)
  }

  /// Whether a text holds a reference, so that the value in use is not the one that is stored and shown.
  public static func hasReference(_ text: String) -> Bool { Reference.first(in: Array(text.utf8)[...]) != nil }

  private func value(of reference: Reference) throws(ReferenceProblem) -> String {
    switch reference.provider {
    case "env":
      guard let value = variable(reference.body) else {
        throw reference.problem("the environment variable \(reference.body) is not set")
      }
      return value
    case "file": return try fileValue(reference)
    case "vault": throw reference.problem("secrets from Vault are not supported yet")
    default:
      throw reference.problem("there is no provider \"\(reference.provider)\"; there are env and file")
    }
  }

  private func fileValue(_ reference: Reference) throws(ReferenceProblem) -> String {
    let parts = reference.body.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let bytes: [UInt8]
    do throws(ReferenceProblem) { bytes = try file(parts[0]) } catch { throw reference.problem(error.message) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw reference.problem("the file \(parts[0]) is not UTF-8")
    }
    guard parts.count == 2 else {
      var whole = text[...].utf8
      while let last = whole.last, last == 0x0A || last == 0x0D { whole.removeLast() }
      return String(Substring(whole))
    }
    guard let value = PropertiesFile.value(of: parts[1], in: text) else {
      throw reference.problem("the file \(parts[0]) has no key \(parts[1])")
    }
    return value
  }
}

/// `provider:body` of a reference.
private struct Reference {
  let provider: String
  let body: String

  private init?(_ inside: ArraySlice<UInt8>) {
    guard let colon = inside.firstIndex(of: UInt8(ascii: ":")), colon != inside.startIndex else { return nil }
    let provider = inside[..<colon]
    guard provider.allSatisfy(Self.isNameByte) else { return nil }
    self.provider = String(decoding: provider, as: UTF8.self)
    body = String(decoding: inside[(colon + 1)...], as: UTF8.self)
  }

  /// The first reference with what is before and behind it.
  static func first(
    in text: ArraySlice<UInt8>
  ) -> (before: ArraySlice<UInt8>, reference: Reference, behind: ArraySlice<UInt8>)? {
    var at = text.startIndex
    while at + 1 < text.endIndex {
      if text[at] == UInt8(ascii: "$"), text[at + 1] == UInt8(ascii: "{"),
        let end = text[at...].firstIndex(of: UInt8(ascii: "}")), let reference = Reference(text[(at + 2)..<end])
      {
        return (text[..<at], reference, text[(end + 1)...])
      }
      at += 1
    }
    return nil
  }

  func problem(_ reason: String) -> ReferenceProblem {
    ReferenceProblem(message: "the reference ${\(provider):\(body)} can't be resolved: \(reason)")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
