internal import JSON

/// Parses one configuration by its definition.
struct ConfigParser {
  let definition: ConfigDefinition
  let secrets: SecretResolver
  private var result = ParsedConfig()

  init(definition: ConfigDefinition, secrets: SecretResolver) {
    self.definition = definition
    self.secrets = secrets
  }

  mutating func parse(_ raw: JSONObject) -> ParsedConfig {
    for key in definition.keys where key.prefix == nil { setDefault(of: key) }
    for member in raw.members {
      guard let key = definition.definition(of: member.name) else {
        reportUnknown(member.name)
        continue
      }
      switch member.value {
      case .null: continue
      case .string(let text), .number(let text): take(text, as: key, named: member.name)
      case .bool(let flag): take(flag ? "true" : "false", as: key, named: member.name)
      case .array, .object:
        report(member.name, "The value of \(member.name) must be a text, a number, true or false")
      }
    }
    for key in definition.keys where key.isRequired && !result.isSet(key.name) && raw[key.name]?.isNull ?? true {
      guard key.defaultValue == nil else { continue }
      report(key.name, "Missing required configuration \"\(key.name)\" which has no default value.")
    }
    return result
  }

  private mutating func setDefault(of key: KeyDefinition) {
    guard let text = key.defaultValue, let value = try? key.kind.parse(text) else { return }
    result.values[key.name] = value
  }

  private mutating func take(_ text: String, as key: KeyDefinition, named name: String) {
    let resolved: String
    do throws(ReferenceProblem) { resolved = try secrets.resolve(text) } catch {
      report(name, "Invalid value for configuration \(name): \(error.message)")
      return
    }
    result.given.append((name, resolved))
    result.givenNames.insert(name)
    let value: ConfigValue
    do throws(ValueProblem) { value = try key.kind.parse(resolved) } catch {
      if key.support == .unsupported {
        reportUnsupported(key, named: name)
      } else {
        reportInvalid(text, key, named: name, error.message)
      }
      return
    }
    guard isSupported(value, key, named: name) else { return }
    guard let accepted = accept(value, text, key, named: name) else { return }
    result.values[name] = accepted
  }

  /// A key at its default is always accepted.
  private mutating func isSupported(_ value: ConfigValue, _ key: KeyDefinition, named name: String) -> Bool {
    switch key.support {
    case .supported: return true
    case .tuning(let note):
      if !isDefault(value, of: key) { result.notices.append(ConfigNotice(key: name, note: note)) }
      return true
    case .unsupported:
      if isDefault(value, of: key) { return true }
      reportUnsupported(key, named: name)
      return false
    }
  }

  private func isDefault(_ value: ConfigValue, of key: KeyDefinition) -> Bool {
    guard let text = key.defaultValue else { return value.text.isEmpty }
    guard let standard = try? key.kind.parse(text) else { return false }
    if standard == value { return true }
    return !key.validValues.isEmpty && standard.text.lowercased() == value.text.lowercased()
  }

  /// The value with an allowed value's declared spelling; nil: it was refused.
  private mutating func accept(
    _ value: ConfigValue, _ shown: String, _ key: KeyDefinition, named name: String
  ) -> ConfigValue? {
    if key.isRequired, value.text.isEmpty {
      reportInvalid(shown, key, named: name, "A value is required")
      return nil
    }
    if let range = key.range, let reason = Self.outside(value, range) {
      reportInvalid(shown, key, named: name, reason)
      return nil
    }
    guard let spelled = spell(value, key) else {
      reportInvalid(shown, key, named: name, Self.refusal(of: value, shown, key))
      return nil
    }
    if let reason = key.check?(spelled.text) {
      reportInvalid(shown, key, named: name, reason)
      return nil
    }
    return spelled
  }

  private static func outside(_ value: ConfigValue, _ range: ClosedRange<Int64>) -> String? {
    switch value {
    case .integer(let number) where number < range.lowerBound: "Value must be at least \(range.lowerBound)"
    case .integer(let number) where number > range.upperBound: "Value must be no more than \(range.upperBound)"
    case .double(let number) where number < Double(range.lowerBound): "Value must be at least \(range.lowerBound)"
    case .double(let number) where number > Double(range.upperBound): "Value must be no more than \(range.upperBound)"
    default: nil
    }
  }

  private func spell(_ value: ConfigValue, _ key: KeyDefinition) -> ConfigValue? {
    guard !key.validValues.isEmpty else { return value }
    func spelled(_ text: String) -> String? {
      key.validValues.first { $0 == text } ?? key.validValues.first { $0.lowercased() == text.lowercased() }
    }
    switch value {
    case .list(let items):
      let found = items.compactMap(spelled)
      return found.count == items.count ? .list(found) : nil
    case .string(let text): return spelled(text).map { .string($0) }
    default: return spelled(value.text) == nil ? nil : value
    }
  }

  private static func refusal(of value: ConfigValue, _ shown: String, _ key: KeyDefinition) -> String {
    let known = key.validValues.joined(separator: ", ")
    let given = if case .list(let items) = value { items } else { [value.text] }
    let isKnownElsewhere = given.contains { item in
      key.unsupportedValues.contains { $0.lowercased() == item.lowercased() }
    }
    if isKnownElsewhere { return "not supported yet; supported: \(known)" }
    return key.kind == .class ? "Class \(shown) could not be found." : "String must be one of: \(known)"
  }

  private mutating func reportUnknown(_ name: String) {
    let hint = definition.nearest(to: name).map { ": did you mean \"\($0)\"?" } ?? ""
    report(name, "unknown key \"\(name)\"\(hint)")
  }

  private mutating func reportUnsupported(_ key: KeyDefinition, named name: String) {
    let way =
      switch key.defaultValue {
      case let value? where !value.isEmpty && key.kind != .password: "leave it out, or at its default \(value)"
      default: "leave it out"
      }
    report(name, "the key \"\(name)\" is not supported yet: \(way)")
  }

  private mutating func reportInvalid(_ shown: String, _ key: KeyDefinition, named name: String, _ reason: String) {
    result.problems.append(.invalid(key.kind == .password ? "[hidden]" : shown, key: name, reason))
  }

  private mutating func report(_ name: String, _ message: String) {
    result.problems.append(ConfigProblem(key: name, message: message))
  }
}
