internal import Engine
internal import JSON

/// Stored offsets, and the topics that a connector used.
struct OffsetRoutes {
  let control: any ConnectorControl

  var routes: [Route] {
    let control = control
    return [
      Route(
        "/connectors/{}/offsets",
        [
          .get: { call throws(ControlError) in
            _ = try ConnectorRoutes.info(call.name, control)
            let offsets = try control.offsets(call.name)
            return .json([
              "offsets": .array(offsets.map { ["partition": .object($0.partition), "offset": $0.offset] })
            ])
          },
          .patch: { call throws(ControlError) in
            let offsets = try OffsetsBody.offsets(call.request)
            _ = try ConnectorRoutes.info(call.name, control)
            try control.alterOffsets(call.name, offsets)
            return .json(["message": "The offsets for this connector have been altered successfully"])
          },
          .delete: { call throws(ControlError) in
            _ = try ConnectorRoutes.info(call.name, control)
            try control.resetOffsets(call.name)
            return .json(["message": "The offsets for this connector have been reset successfully"])
          },
        ]),
      // Connect keeps topics apart from connectors: of one that isn't there, there are none.
      Route(
        "/connectors/{}/topics",
        [
          .get: { call throws(ControlError) in
            let topics = control.info(call.name) == nil ? [] : try control.topics(call.name)
            var answer = JSONObject()
            answer[call.name] = ["topics": .array(topics.map(JSONValue.string))]
            return .json(.object(answer))
          }
        ]),
      Route(
        "/connectors/{}/topics/reset",
        [
          .put: { call throws(ControlError) in
            if control.info(call.name) != nil { try control.resetTopics(call.name) }
            return RESTResponse(status: 202)
          }
        ]),
    ]
  }
}
