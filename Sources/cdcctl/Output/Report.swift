internal import JSON

/// What a command found or did, in both forms.
struct Report: Sendable {
  /// For people.
  var text: String
  /// For programs; nil: the command printed its output itself.
  var json: JSONValue?

  /// A table with a JSON document of the same facts.
  init(_ table: Table, json: JSONValue) {
    text = table.text
    self.json = json
  }

  /// A text with a JSON document of the same facts.
  init(_ text: String, json: JSONValue?) {
    self.text = text
    self.json = json
  }

  /// Nothing more to print.
  static let nothing = Report("", json: nil)
}
