internal import Engine
internal import JSON

/// The offsets in `PATCH /connectors/{n}/offsets`.
enum OffsetsBody {
  static func offsets(_ request: RESTRequest) throws(ControlError) -> [(partition: JSONObject, offset: JSONValue)] {
    let body = try RequestBody.object(request)
    try RequestBody.refuseOthers(than: ["offsets"], in: body, at: "")
    let list = body["offsets"] ?? .null
    guard list.isNull || list.array != nil else { throw RequestBody.refusal("\"offsets\" is not a list") }
    guard let entries = list.array, !entries.isEmpty else {
      throw ControlError(
        status: 400, message: "Partitions / offsets need to be provided for an alter offsets request")
    }
    var offsets: [(partition: JSONObject, offset: JSONValue)] = []
    for (index, value) in entries.enumerated() {
      let place = "/offsets/\(index)"
      let entry = try RequestBody.object(value, at: place)
      try RequestBody.refuseOthers(than: ["partition", "offset"], in: entry, at: place)
      guard let partition = entry["partition"], !partition.isNull else {
        throw ControlError(status: 400, message: "Partition objects cannot be null")
      }
      var offset = entry["offset"] ?? .null
      if !offset.isNull { offset = .object(try RequestBody.object(offset, at: place + "/offset")) }
      offsets.append((try RequestBody.object(partition, at: place + "/partition"), offset))
    }
    return offsets
  }
}
