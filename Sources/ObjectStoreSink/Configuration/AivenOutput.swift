internal import Settings

/// What Aiven's keys say together about names and contents.
enum AivenOutput {
  /// The fields to write, in the order of the configuration.
  static func fields(_ parsed: ParsedConfig) -> [String] {
    for key in ["format.output.fields", "output_fields"] {
      let fields = parsed.list(key).map { $0.lowercased() }
      if !fields.isEmpty { return fields }
    }
    return ["value"]
  }

  /// The compression of the object as a whole.
  static func compression(_ parsed: ParsedConfig) -> StreamCompression {
    let name = parsed.optional("file.compression.type") ?? parsed.optional("output_compression") ?? "gzip"
    switch name.lowercased() {
    case "none": return .none
    case "snappy": return .snappy
    case "zstd": return .zstandard
    default: return .gzip(level: -1)
    }
  }

  /// The template of names where no prefix is given.
  static func template(_ parsed: ParsedConfig) -> String {
    let suffix = parsed.string("format.output.type") == "avro" ? ".avro" : ""
    return parsed.optional("file.name.template")
      ?? "{{topic}}-{{partition}}-{{start_offset}}" + suffix + compression(parsed).fileExtension
  }

  /// The prefix of names in the old way; nil: the template is used.
  static func prefix(_ parsed: ParsedConfig) -> String? {
    parsed.optional("aws.s3.prefix") ?? parsed.optional("aws_s3_prefix")
  }

  /// What is wrong with the template, or the prefix.
  static func templateProblems(_ parsed: ParsedConfig) -> [ConfigProblem] {
    if let prefix = prefix(parsed) {
      let key = parsed.isSet("aws.s3.prefix") ? "aws.s3.prefix" : "aws_s3_prefix"
      let known: Set<String> = ["topic", "partition", "start_offset", "timestamp", "utc_date", "local_date"]
      return problem(prefix, key) { $0.isSubset(of: known) }.map { [$0] } ?? []
    }
    let text = template(parsed)
    let needed: Set<String> = ["topic", "partition", "start_offset"]
    let found = problem(text, "file.name.template") {
      $0.isSuperset(of: needed) && $0.subtracting(needed).isSubset(of: ["timestamp"])
    }
    return found.map { [$0] } ?? []
  }

  private static func problem(_ text: String, _ key: String, _ isUsable: (Set<String>) -> Bool) -> ConfigProblem? {
    if text.hasPrefix(".well-known/acme-challenge") {
      return .invalid(text, key: key, "cannot start with '.well-known/acme-challenge'")
    }
    do throws(NameTemplate.Problem) {
      let template = try NameTemplate(text)
      if template.variables.contains("key") {
        return .invalid(text, key: key, "grouping by {{key}} is not supported")
      }
      guard isUsable(template.variables) else {
        return .invalid(
          text, key: key,
          "unsupported set of template variables, supported sets are: topic,partition,start_offset,timestamp")
      }
      for case .variable(let name, let parameter, let value) in template.parts {
        switch name {
        case "timestamp":
          guard parameter == "unit", ["yyyy", "MM", "dd", "HH"].contains(value) else {
            return .invalid(
              text, key: key,
              "parameter unit is required for the the variable timestamp, supported values are: yyyy|MM|dd|HH")
          }
        case "partition", "start_offset":
          guard parameter.isEmpty || (parameter == "padding" && ["true", "false"].contains(value)) else {
            return .invalid(text, key: key, "the variable \(name) takes padding=true or padding=false")
          }
        default: break
        }
      }
      return nil
    } catch {
      return .invalid(text, key: key, error.message)
    }
  }
}
