internal import Settings

/// All stages and conditions there are. A new one is one line here.
enum StageTable {
  static let all: [StageType] = [
    RegexRouter.type, TimestampRouter.type, ReplaceField.type, MaskField.type, InsertField.type, HoistField.type,
    ExtractField.type, ValueToKey.type, Cast.type, SetSchemaMetadata.type, HeaderFrom.type, InsertHeader.type,
    DropHeaders.type, Flatten.type, TimestampConverter.type, Filter.type, ExtractNewRecordState.type,
    ValidateRecords.type,
  ]

  static let predicates: [PredicateType] = [
    TopicNameMatches.type, HasHeaderKey.type, RecordIsTombstone.type,
  ]

  /// The keys that every stage has.
  static func shared(_ name: String) -> [KeyDefinition] {
    [
      KeyDefinition(
        "type", .class, required: true, importance: .high, "The stage's class.",
        displayName: "Transformation type for \(name)", width: .long),
      version("Transformation version for \(name)"),
      KeyDefinition("predicate", .string, default: "", "The name of the condition under which it acts."),
      KeyDefinition("negate", .boolean, default: "false", "Whether it acts where the condition does not hold."),
    ]
  }

  /// The keys that every condition has.
  static func sharedOfPredicates(_ name: String) -> [KeyDefinition] {
    [
      KeyDefinition(
        "type", .class, required: true, importance: .high, "The condition's class.",
        displayName: "Predicate type for \(name)", width: .long),
      version("Predicate version for \(name)"),
    ]
  }

  private static func version(_ title: String) -> KeyDefinition {
    KeyDefinition(
      "plugin.version", importance: .high, "The version of the class.",
      support: .tuning("there is one version of each class"), displayName: title, width: .long)
  }

  /// The stage of a class, by its name or the last part of it (as Kafka Connect's plug-ins are found, too), with its
  /// whole name; nil: there is none.
  static func stage(_ name: String) -> (type: StageType, className: String)? {
    for type in all {
      if let known = type.names.first(where: { $0 == name || $0.hasSuffix("." + name) }) { return (type, known) }
    }
    return nil
  }

  /// The condition of a class.
  static func predicate(_ name: String) -> PredicateType? {
    predicates.first { $0.name == name || $0.name.hasSuffix("." + name) }
  }

  /// The name that was probably meant.
  static func nearest(stage name: String) -> String? {
    ConfigDefinition(all.flatMap(\.names).map { KeyDefinition($0) }).nearest(to: name)
  }

  static func nearest(predicate name: String) -> String? {
    ConfigDefinition(predicates.map { KeyDefinition($0.name) }).nearest(to: name)
  }
}
