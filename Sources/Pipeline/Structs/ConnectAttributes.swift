internal import JSON

extension JSONObject {
  /// The attributes of an Avro schema in the order in which Confluent's converter writes them, so that the same schema has
  /// the same text.
  var inConvertersOrder: JSONObject {
    let order = [
      "connect.doc", "connect.version", "connect.parameters", "connect.default", "connect.name", "connect.type",
    ]
    var sorted = JSONObject(members.filter { !order.contains($0.name) })
    for name in order { if let value = self[name] { sorted[name] = value } }
    return sorted
  }
}
