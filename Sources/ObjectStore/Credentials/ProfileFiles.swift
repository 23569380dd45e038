/// The shared files of AWS's tools (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
struct ProfileFiles {
  /// Where they are, for messages.
  let place: String
  private var profiles: [String: [String: String]] = [:]

  /// Reads the files that the environment names, else those in the home directory; one that is missing is empty.
  init(_ environment: [String: String]) {
    func path(_ variable: String, _ name: String) -> String? {
      if let named = environment[variable], !named.isEmpty { return named }
      return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.aws/" + name }
    }
    let credentials = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    let config = path("AWS_CONFIG_FILE", "config")
    place = [credentials, config].compactMap { $0 }.joined(separator: " and ")
    if let text = config.flatMap(SmallFile.text) { read(text, isConfig: true) }
    // Of a key that is in both, the credentials file's counts.
    if let text = credentials.flatMap(SmallFile.text) { read(text, isConfig: false) }
  }

  /// The settings of a profile; nil: it is in neither file.
  subscript(name: String) -> [String: String]? { profiles[name] }

  /// The profile that the environment names.
  static func name(_ environment: [String: String]) -> String {
    environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 } ?? "default"
  }

  private mutating func read(_ text: String, isConfig: Bool) {
    var profile: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.trimmed
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      if content.hasPrefix("[") {
        profile = Self.profile(content, isConfig: isConfig)
        if let profile, profiles[profile] == nil { profiles[profile] = [:] }
        continue
      }
      // An indented line belongs to a nested setting, as `s3 =`.
      guard let profile, line.first?.isWhitespace == false, let equals = content.firstIndex(of: "=") else { continue }
      let name = content[..<equals].trimmed.lowercased()
      profiles[profile]?[name] = Self.value(content[content.index(after: equals)...])
    }
  }

  /// `[profile NAME]`, in the credentials file `[NAME]`, `[default]` in both; nil: a section of another kind.
  private static func profile(_ line: String, isConfig: Bool) -> String? {
    guard let end = line.firstIndex(of: "]") else { return nil }
    let title = line[line.index(after: line.startIndex)..<end].trimmed
    guard isConfig, title != "default" else { return title }
    let words = title.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    return words.count == 2 && words[0] == "profile" ? words[1].trimmed : nil
  }

  /// A value, without a comment behind it.
  private static func value(_ text: Substring) -> String {
    for mark in [" #", " ;", "\t#", "\t;"] {
      if let comment = text.firstRange(of: mark) { return text[..<comment.lowerBound].trimmed }
    }
    return text.trimmed
  }
}
