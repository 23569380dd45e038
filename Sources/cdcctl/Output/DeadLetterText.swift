internal import JSON

/// Dead letters for people.
enum DeadLetterText {
  /// A line per topic and cause.
  static func table(_ groups: JSONValue, all: Bool) -> Table {
    var columns = ["TOPIC", "FINGERPRINT", "COUNT", "LAST", "CONNECTOR", "SOURCE TOPIC", "CODE", "POINTER", "MESSAGE"]
    if all { columns.insert("OPEN", at: 3) }
    let rows = (groups.array ?? []).map { group in
      var row = [
        "topic", "fingerprint", "count", "last_seen", "connector", "source_topic", "code", "pointer", "message",
      ]
      .map { text(group[$0]) }
      if all { row.insert(text(group["open"]), at: 3) }
      return row
    }
    return Table(columns, rows, empty: "no dead letters")
  }

  /// Some lines per dead letter.
  static func letters(_ letters: JSONValue) -> String {
    let texts = (letters.array ?? []).map(letter)
    return texts.isEmpty ? "no dead letters\n" : texts.joined(separator: "\n")
  }

  private static func letter(_ letter: JSONValue) -> String {
    let origin = letter["origin"]
    var from = text(origin?["topic"])
    if let partition = origin?["partition"]?.text, partition != "null" { from += " partition \(partition)" }
    from += " offset \(text(origin?["offset"]))"
    var rows = [
      [
        "place:", "partition \(text(letter["partition"])) offset \(text(letter["offset"])) of \(text(letter["topic"]))",
      ],
      ["outcome:", outcome(letter)], ["origin:", from],
      ["connector:", "\(text(letter["connector"])), attempt \(text(letter["attempt"]))"],
      ["reason:", "\(text(letter["code"])) (\(text(letter["class"]))) \(text(letter["message"]))"],
      ["fingerprint:", text(letter["fingerprint"])],
    ]
    if let pointer = letter["pointer"]?.string { rows.append(["pointer:", pointer]) }
    for name in ["key", "value"] {
      let encoding = letter["\(name)_encoding"]?.string.map { " (\($0))" } ?? ""
      rows.append(["\(name):", (letter[name]?.text ?? "null") + encoding])
    }
    return Table([], rows).text
  }

  private static func outcome(_ letter: JSONValue) -> String {
    guard let outcome = letter["outcome"]?.string else { return "open" }
    let reason = letter["reason"]?.string.map { ": \($0)" } ?? ""
    return "\(outcome) \(text(letter["settled_at"]))\(reason)"
  }

  private static func text(_ value: JSONValue?) -> String {
    guard let value, !value.isNull else { return "" }
    return value.string ?? value.text
  }
}
