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
  static let shared: [KeyDefinition] = [
    KeyDefinition("type", .class, required: true, importance: .high, "The stage's class."),
    KeyDefinition("predicate", .string, default: "", "The name of the condition under which it acts."),
    KeyDefinition("negate", .boolean, default: "false", "Whether it acts where the condition does not hold."),
  ]

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
