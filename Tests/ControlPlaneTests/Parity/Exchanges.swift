import Testing

extension Exchange {
  private static let unreadable = "what can't be read is the client's fault, and the answer says where it is"
  private static let java = "the real worker stumbles over its own null"
  private static let slash = "names with slashes can be reached here"

  private static func source(_ topic: String) -> String {
    #"{"connector.class":"FileStreamSource","tasks.max":1,"file":"/nowhere/in.txt","topic":"\#(topic)"}"#
  }

  private static func named(_ name: String, _ config: String, _ more: String = "") -> String {
    #"{"name":\#(name),"config":\#(config)\#(more)}"#
  }

  /// Requests in their order: later ones build on what earlier ones made.
  static let all: [Exchange] =
    paths + creating + reading + changing + states + offsets + plugins + loggers + deleting

  private static let paths: [Exchange] =
    [
      .same("GET", "/"), .same("HEAD", "/"), .same("POST", "/", "{}"), .same("GET", "/connectors"),
      .same("HEAD", "/connectors"), .same("DELETE", "/connectors"), .same("GET", "/connectors/"),
      .same("GET", "/nope"), .same("HEAD", "/nope"), .same("GET", "/connectors/a/b/c"), .same("GET", "/connectors/no"),
      .same("DELETE", "/connectors/no"), .same("PATCH", "/connectors/no", "{}"), .same("HEAD", "/connectors/no"),
      .same("GET", "/connectors/no/config"), .same("GET", "/connectors/no/status"),
      .same("GET", "/connectors/no/tasks"), .same("GET", "/connectors/no/tasks/0/status"),
      .same("GET", "/connectors/no/tasks/x/status"), .same("GET", "/connectors/no/topics"),
      .same("GET", "/connectors/no/offsets"), .same("GET", "/connectors/no/tasks-config"),
      .same("GET", "/connectors/.."), .same("GET", "/connectors/s%3Bx"), .same("GET", "/Connectors"),
      .sameButMessage("GET", "//connectors"), .sameButMessage("GET", "/connectors/%zz"),
      .sameButMessage("GET", "/connectors/%ff"), .sameButMessage("GET", "/connectors/a%0Ab"),
      .differs("GET", "/connectors/a%2Fb", there: 400, here: 404, slash),
      .differs("GET", "/connectors/a%25b", there: 400, here: 404, slash),
      .same("GET", "/health/x"), .same("FOO", "/connectors"),
      .same("GET", "/connectors", nil, [("Accept", "text/html")]),
      .same("GET", "/connectors", nil, [("Accept", "text/html, application/json;q=0.1")]),
      .same("GET", "/nope", nil, [("Accept", "text/html")]),
      .same("GET", "/connectors", nil, [("Content-Type", "text/plain")]),
      .same("POST", "/connectors", "{}", [("Content-Type", "text/plain")]),
      .same("POST", "/connectors", "{}", [("Content-Type", "")]),
      .same("POST", "/connectors", "{}", [("Content-Type", "application/*")]),
      .same("OPTIONS", "/nope"), .same("OPTIONS", "/connectors", nil, [("Accept", "text/plain")]),
    ]
    + [
      "", "connectors", "connectors/x", "connectors/x/config", "connectors/x/status", "connectors/x/pause",
      "connectors/x/resume", "connectors/x/stop", "connectors/x/restart", "connectors/x/tasks",
      "connectors/x/tasks/0/status", "connectors/x/tasks/0/restart", "connectors/x/topics",
      "connectors/x/topics/reset", "connectors/x/offsets", "connectors/x/fence", "connector-plugins",
      "connector-plugins/p/config", "connector-plugins/p/config/validate", "admin/loggers", "admin/loggers/x",
      "health",
    ].map { .same("OPTIONS", "/" + $0) }

  private static let creating: [Exchange] = [
    .differs("POST", "/connectors", "", there: 500, here: 400, java),
    .differs("POST", "/connectors", "null", there: 500, here: 400, java),
    .differs("POST", "/connectors", "{", there: 500, here: 400, unreadable),
    .differs("POST", "/connectors", "[]", there: 500, here: 400, unreadable),
    .differs("POST", "/connectors", #"{"name":"a"}"#, there: 500, here: 400, java),
    .differs("POST", "/connectors", named(#""a""#, "[]"), there: 500, here: 400, unreadable),
    .differs("POST", "/connectors", named(#""a""#, #"{"x":{}}"#), there: 500, here: 400, unreadable),
    .differs("POST", "/connectors", named(#""a""#, "{}", #","x":1"#), there: 500, here: 400, unreadable),
    .differs(
      "POST", "/connectors", named(#""a""#, source("t"), #","initial_state":"X""#), there: 500, here: 400, unreadable),
    .same("POST", "/connectors", #"{"config":{}}"#), .same("POST", "/connectors", named(#""a""#, "{}")),
    .same("POST", "/connectors", named("5", "{}")),
    .same("POST", "/connectors", named(#""a""#, #"{"connector.class":null}"#)),
    .same("POST", "/connectors", named(#""""#, source("t"))), .same("POST", "/connectors", named("null", source("t"))),
    .same("POST", "/connectors", named(#""a\u0007""#, source("t"))),
    .same("POST", "/connectors", named(#""a""#, #"{"connector.class":"FileStreamSource"}"#)),
    .same("POST", "/connectors", named(#""a""#, #"{"connector.class":"FileStreamSink"}"#)),
    .same("POST", "/connectors", named(#""a""#, #"{"connector.class":"FileStreamSource","topic":"t","x":null}"#)),
    .same(
      "POST", "/connectors", named(#""a""#, #"{"connector.class":"FileStreamSource","topic":"t","tasks.max":"x"}"#)),
    .same("POST", "/connectors", named(#""a""#, #"{"connector.class":"FileStreamSource","topic":"t","name":"b"}"#)),
    .sameButMessage("POST", "/connectors", named(#""a""#, #"{"connector.class":"Nope"}"#)),
    .same("POST", "/connectors", named(#""s""#, source("ts"))),
    .same("POST", "/connectors", named(#""s""#, source("ts"))),
    .same("POST", "/connectors", named(#""s""#, #"{"connector.class":"FileStreamSource"}"#)),
    .same("POST", "/connectors", named(#"" padded ""#, source("tp"))),
    .same("POST", "/connectors", named(#""Größe 1""#, source("tg"))),
    .same("POST", "/connectors", named(#""stopped""#, source("t4"), #","initial_state":"STOPPED""#)),
    .same("POST", "/connectors", named(#""paused""#, source("t5"), #","initial_state":"paused""#)),
    .same(
      "PUT", "/connectors/values/config",
      #"{"connector.class":"FileStreamSource","topic":"tv","a":1.10,"b":true,"c":1e400,"d":12345678901234567890}"#),
    .same("PUT", "/connectors/%20sp%20/config", source("tq")), .same("PUT", "/connectors/%20/config", source("tr")),
    .same(
      "PUT", "/connectors/k/config",
      #"{"connector.class":"FileStreamSink","topics":"ts","file":"/dev/null","tasks.max":"2"}"#),
  ]

  private static let reading: [Exchange] = [
    .eventually("GET", "/connectors"), .eventually("GET", "/connectors/s/status"),
    .eventually("GET", "/connectors/k/status"), .eventually("GET", "/connectors/values/status"),
    .eventually("GET", "/connectors/padded/status"), .eventually("GET", "/connectors/Gr%C3%B6%C3%9Fe%201/status"),
    .eventually("GET", "/connectors/stopped/status"), .eventually("GET", "/connectors/paused/status"),
    .eventually("GET", "/connectors/%20sp%20/status"), .eventually("GET", "/connectors/k/tasks"),
    .same("GET", "/connectors/s"), .same("HEAD", "/connectors/s"), .same("GET", "/connectors/s/config"),
    .same("GET", "/connectors/s/tasks"), .same("GET", "/connectors/stopped/tasks"),
    .same("GET", "/connectors/values/config"), .same("GET", "/connectors/%73;x=1/status"),
    .same("GET", "/connectors/s/tasks/0/status"), .same("GET", "/connectors/s/tasks/7/status"),
    .same("GET", "/connectors/s/tasks/-1/status"), .same("GET", "/connectors/k/offsets"),
    .same("GET", "/connectors/s/topics"), .same("GET", "/connectors?expand=status"),
    .same("GET", "/connectors?expand=info"), .same("GET", "/connectors?expand=status&expand=info"),
    .same("GET", "/connectors?expand=status&expand=x"), .same("GET", "/connectors?expand="),
    .same("GET", "/connectors?expand=status,info"),
  ]

  private static let changing: [Exchange] = [
    .same("PUT", "/connectors/s/config", source("ts2")), .eventually("GET", "/connectors/s/config"),
    .same("PUT", "/connectors/s/config", #"{"connector.class":"FileStreamSource","topic":"t","name":"b"}"#),
    .same("PUT", "/connectors/s/config", "{}"), .same("PUT", "/connectors/s/config", "{}", [("Content-Type", "")]),
    .differs("PUT", "/connectors/s/config", "", there: 500, here: 400, java),
    .differs("PUT", "/connectors/s/config", "[]", there: 500, here: 400, unreadable),
    .differs("PUT", "/connectors/s/config", #"{"a":[]}"#, there: 500, here: 400, unreadable),
    .same("PATCH", "/connectors/s/config", #"{"topic":"ts3","x":5}"#), .eventually("GET", "/connectors/s/config"),
    .same("PATCH", "/connectors/s/config", #"{"x":null}"#), .eventually("GET", "/connectors/s/config"),
    .same("PATCH", "/connectors/s/config", #"{"topic":null}"#),
    .same("PATCH", "/connectors/s/config", #"{"name":null}"#),
    .sameButMessage("PATCH", "/connectors/s/config", #"{"connector.class":null}"#),
    .same("PATCH", "/connectors/no/config", "{}"),
    .differs("PATCH", "/connectors/s/config", "", there: 500, here: 400, java),
  ]

  private static let states: [Exchange] =
    ["pause", "resume", "stop", "resume"].flatMap { verb -> [Exchange] in
      [
        .same("PUT", "/connectors/s/\(verb)"), .eventually("GET", "/connectors/s/status"),
        .eventually("GET", "/connectors/s/tasks"), .same("PUT", "/connectors/no/\(verb)"),
        .same("PUT", "/connectors/s/\(verb)", "x", [("Content-Type", "text/plain")]),
        .same("POST", "/connectors/s/\(verb)"),
      ]
    }
    + [
      .same("POST", "/connectors/s/restart?includeTasks=true&onlyFailed=true"),
      .same("POST", "/connectors/s/restart?onlyFailed=TRUE"),
      .same("POST", "/connectors/s/restart"), .eventually("GET", "/connectors/s/status"),
      .same("POST", "/connectors/s/restart?includeTasks=true"), .eventually("GET", "/connectors/s/status"),
      .same("POST", "/connectors/s/restart?includeTasks=yes"),
      .eventually("GET", "/connectors/s/status"), .same("POST", "/connectors/no/restart"),
      .same("POST", "/connectors/no/restart?includeTasks=true"), .same("PUT", "/connectors/s/restart"),
      .same("POST", "/connectors/s/restart", "", [("Content-Type", "application/x-www-form-urlencoded")]),
      .same("POST", "/connectors/s/tasks/0/restart"), .same("POST", "/connectors/s/tasks/7/restart"),
      .same("POST", "/connectors/s/tasks/x/restart"), .same("POST", "/connectors/s/tasks/99999999999/restart"),
      .same("POST", "/connectors/no/tasks/0/restart"), .same("POST", "/connectors/s/tasks", "[]"),
      .same("PUT", "/connectors/s/fence"), .same("PUT", "/connectors/s/topics/reset"),
      .same("PUT", "/connectors/no/topics/reset"),
    ]

  private static let partition = #""partition":{"filename":"f"}"#

  private static let offsets: [Exchange] = [
    .same("PATCH", "/connectors/s/offsets", "{\"offsets\":[{\(partition),\"offset\":{\"position\":5}}]}"),
    .same("DELETE", "/connectors/s/offsets"), .same("DELETE", "/connectors/no/offsets"),
    .same("PATCH", "/connectors/no/offsets", "{\"offsets\":[{\(partition),\"offset\":{\"position\":5}}]}"),
    .same("PATCH", "/connectors/no/offsets", "{}"), .same("PUT", "/connectors/s/stop"),
    .eventually("GET", "/connectors/s/status"),
    .same("PATCH", "/connectors/s/offsets", "{\"offsets\":[{\(partition),\"offset\":{\"position\":5}}]}"),
    .eventually("GET", "/connectors/s/offsets"),
    .same("PATCH", "/connectors/s/offsets", "{\"offsets\":[{\(partition),\"offset\":null}]}"),
    .eventually("GET", "/connectors/s/offsets"), .same("PATCH", "/connectors/s/offsets", #"{"offsets":[]}"#),
    .same("PATCH", "/connectors/s/offsets", #"{"offsets":null}"#),
    .differs("PATCH", "/connectors/s/offsets", "", there: 500, here: 400, java),
    .differs("PATCH", "/connectors/s/offsets", #"{"offsets":{}}"#, there: 500, here: 400, unreadable),
    .differs("PATCH", "/connectors/s/offsets", #"{"offsets":[null]}"#, there: 500, here: 400, unreadable),
    .differs("PATCH", "/connectors/s/offsets", #"{"offsets":[],"x":1}"#, there: 500, here: 400, unreadable),
    .differs(
      "PATCH", "/connectors/s/offsets", #"{"offsets":[{"offset":{"position":1}}]}"#, there: 500, here: 400, unreadable),
    .same("DELETE", "/connectors/s/offsets"), .same("PUT", "/connectors/s/offsets", "{}"),
  ]

  private static let validate = "/connector-plugins/FileStreamSource/config/validate"

  private static let plugins: [Exchange] = [
    .same("GET", "/connector-plugins"), .same("GET", "/connector-plugins?connectorsOnly="),
    .same("GET", "/connector-plugins/Nope/config"), .same("GET", "/connector-plugins/FileStreamSource"),
    .same("PUT", validate, #"{"connector.class":"FileStreamSink","name":"x"}"#),
    .same(
      "PUT", "/connector-plugins/org.x.FileStreamSource/config/validate", #"{"connector.class":"FileStreamSource"}"#),
    .sameButMessage("PUT", validate, #"{"connector.class":"FileStreamSource","name":"x"}"#),
    .differs("PUT", validate, #"{"name":"x"}"#, there: 500, here: 400, "a Java exception in an exception there"),
    .differs(
      "PUT", "/connector-plugins/Nope/config/validate", #"{"connector.class":"Nope"}"#, there: 500, here: 400,
      "a Java exception in an exception there"),
    .differs("PUT", validate, "", there: 500, here: 400, java),
    .differs("PUT", validate, "[]", there: 500, here: 400, unreadable),
  ]

  private static let loggers: [Exchange] = [
    .same("GET", "/admin/loggers/own.logger"), .same("PUT", "/admin/loggers/own.logger", #"{"level":"DEBUG"}"#),
    .same("GET", "/admin/loggers/own.logger"), .same("PUT", "/admin/loggers/own.logger", #"{"level":"debug"}"#),
    .same("PUT", "/admin/loggers/own.logger", #"{"level":"LOUD"}"#), .same("PUT", "/admin/loggers/own.logger", "{}"),
    .same("PUT", "/admin/loggers/own.logger?scope=cluster", #"{"level":"INFO"}"#),
    .same("PUT", "/admin/loggers/own.logger?scope=CLUSTER", "{}"),
    .same("PUT", "/admin/loggers/own.logger?scope=worker", #"{"level":"WARN"}"#),
    .differs("PUT", "/admin/loggers/own.logger", "[]", there: 500, here: 400, unreadable),
    .same("DELETE", "/admin/loggers/own.logger"),
  ]

  private static let deleting: [Exchange] =
    ["s", "k", "padded", "stopped", "values", "Gr%C3%B6%C3%9Fe%201"].flatMap { name -> [Exchange] in
      [.same("DELETE", "/connectors/\(name)"), .same("GET", "/connectors/\(name)/config")]
    } + [.eventually("GET", "/connectors")]
}
