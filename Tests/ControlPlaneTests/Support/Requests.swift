import JSON
import Telemetry

@testable import ControlPlane

/// A REST interface over a fake engine.
struct Fixture {
  let control = FakeControl()
  let loggers = LogSystem { _ in }
  let api: RESTAPI

  init() {
    api = RESTAPI(
      control: control, loggers: loggers, commit: "abcdef",
      metricsText: { "cdc_events_total 1\n" })
  }

  func send(_ method: String, _ target: String, _ body: String? = nil, _ headers: [String: String] = [:])
    -> RESTResponse
  {
    send(method, target, bytes: body.map { Array($0.utf8) }, headers)
  }

  func send(_ method: String, _ target: String, bytes: [UInt8]?, _ headers: [String: String] = [:]) -> RESTResponse {
    var all = ["Host": "127.0.0.1:8083"]
    if bytes != nil { all["Content-Type"] = "application/json" }
    all.merge(headers) { $1 }
    return api.handle(RESTRequest(method: method, target: target, headers: all.map { ($0.key, $0.value) }, body: bytes))
  }

  /// A file source that works.
  static func config(_ topic: String = "t1") -> String {
    #"{"connector.class":"FileStreamSource","tasks.max":1,"file":"/tmp/in.txt","topic":"\#(topic)"}"#
  }

  func create(_ name: String, _ topic: String = "t1") {
    _ = send("POST", "/connectors", #"{"name":"\#(name)","config":\#(Self.config(topic))}"#)
  }
}

extension RESTResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSONValue? { try? JSONValue(parsing: body) }
  var message: String? { json?["message"]?.string }
  func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }
}

extension RESTRequest {
  /// A request for a target with its query, as a server would take it apart.
  init(method: String, target: String, headers: [(String, String)] = [], body: [UInt8]? = nil) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair -> (String, String) in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
    }
    self.init(method: method, path: String(parts[0]), query: query, headers: headers, body: body ?? [])
  }
}
