/// Names and texts as SQL writes them.
public enum SQLText {
  /// A name in double quotes.
  public static func identifier(_ name: String) -> String { quoted(name, by: "\"") }

  /// `"schema"."table"`.
  public static func identifier(_ schema: String, _ name: String) -> String {
    identifier(schema) + "." + identifier(name)
  }

  /// A text as a literal, whatever `standard_conforming_strings` says.
  public static func literal(_ text: String) -> String {
    guard text.contains("\\") else { return quoted(text, by: "'") }
    return " E"
      + quoted(text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\"), by: "'")
  }

  private static func quoted(_ text: String, by quote: Character) -> String {
    var result = String(quote)
    for character in text {
      if character == quote { result.append(quote) }
      result.append(character)
    }
    result.append(quote)
    return result
  }
}
