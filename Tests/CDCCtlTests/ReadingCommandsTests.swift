import JSON
import Testing

@testable import cdcctl

@Suite struct ReadingCommandsTests {
  static let info =
    #"{"name":"crm","config":{"connector.class":"io.debezium.connector.postgresql.PostgresConnector","database.password":"${env:P}","name":"crm"},"tasks":[{"connector":"crm","task":0}],"type":"source"}"#
  static let status =
    #"{"name":"crm","connector":{"state":"RUNNING","worker_id":"h:8083","version":"1"},"tasks":[{"id":0,"state":"FAILED","worker_id":"h:8083","version":"1","trace":"CDC-2003: the slot crm is lost.\nMake a new one."}],"type":"source"}"#
  static let sinkStatus =
    #"{"name":"dwh","connector":{"state":"STOPPED","worker_id":"h:8083","version":"1"},"tasks":[],"type":"sink"}"#

  let answers: [String: (status: Int, body: String)] = [
    "GET /connectors?expand=info&expand=status": (
      200,
      #"{"dwh":{"info":{"config":{"connector.class":"warehouse"}},"status":\#(sinkStatus)},"crm":{"info":\#(info),"status":\#(status)}}"#
    ),
    "GET /connectors/crm": (200, info),
    "GET /connectors/crm/status": (200, status),
    "GET /connectors/crm/config": (200, #"{"tasks.max":"1","connector.class":"postgres","name":"crm"}"#),
    "GET /connectors/crm/offsets": (
      200, #"{"offsets":[{"partition":{"server":"crm"},"offset":{"lsn":29304,"last_snapshot_record":true}}]}"#
    ),
    "GET /connectors/no": (404, #"{"error_code":404,"message":"Connector no not found"}"#),
  ]

  @Test func lists() {
    let run = Run("connector list", answers)
    #expect(run.status == 0)
    #expect(
      run.out == """
        NAME  TYPE    STATE    TASKS     CLASS
        crm   source  RUNNING  1 FAILED  PostgresConnector
        dwh   sink    STOPPED  none      warehouse

        """)
    let json = Run("connector list --output json", answers).json
    #expect(json?.array?.map { $0["name"]?.string } == ["crm", "dwh"])
    #expect(json?.array?.first?["tasks"] == ["FAILED"])
    #expect(Run("connector list", ["GET /connectors?expand=info&expand=status": (200, "{}")]).out == "no connectors\n")
  }

  @Test func shows() {
    #expect(
      Run("connector show crm", answers).out == """
        name:   crm
        type:   source
        class:  io.debezium.connector.postgresql.PostgresConnector
        state:  RUNNING
        tasks:  1 FAILED

        KEY                VALUE
        connector.class    io.debezium.connector.postgresql.PostgresConnector
        database.password  ${env:P}
        name               crm

        """)
    #expect(Run("connector show crm -o json", answers).out == Self.info + "\n")
    #expect(Run("connector config crm -o json", answers).json?["tasks.max"] == "1")
    #expect(Run("connector config crm", answers).out.hasPrefix("KEY              VALUE\nconnector.class  postgres\n"))
  }

  @Test func statuses() {
    let run = Run("connector status crm", answers)
    #expect(
      run.out == """
        CONNECTOR  STATE    WORKER
        crm        RUNNING  h:8083
          task 0   FAILED   h:8083

        task 0:
          CDC-2003: the slot crm is lost.
          Make a new one.

        """)
    #expect(Run("connector status crm -o json", answers).out == Self.status + "\n")
    #expect(Run("connector status", answers).out.contains("dwh        STOPPED  h:8083"))
    #expect(Run("connector status -o json", answers).json?.array?.count == 2)
  }

  @Test func whatHealthAdds() {
    var answers = answers
    answers["GET /health"] = (
      200,
      #"{"connectors":{"crm":{"state":"RETRYING","lag_bytes":7,"last_error":{"message":"CDC-2001: refused"},"#
        + #""notices":["slow"]}}}"#
    )
    let run = Run("connector status crm", answers)
    #expect(
      run.out.hasSuffix(
        """

        lag:             7 B
        retrying after:  CDC-2001: refused
        notice:          slow

        """))
    #expect(Run("connector status crm -o json", answers).out == Self.status + "\n")
  }

  @Test func offsets() {
    #expect(
      Run("connector offsets crm", answers).out == """
        PARTITION   OFFSET
        server=crm  lsn=29304, last_snapshot_record=true

        """)
  }

  @Test func notFound() {
    let run = Run("connector show no", answers)
    #expect(run.status == 4 && run.out.isEmpty && run.error == "cdcctl: Connector no not found\n")
    let json = Run("connector show no --output json", answers)
    #expect(json.status == 4 && json.error == "{\"error\":{\"code\":404,\"message\":\"Connector no not found\"}}\n")
  }

  @Test func unreachable() {
    let run = Run(["connector", "list", "--url", "http://127.0.0.1:9"], isReachable: false)
    #expect(run.status == 3 && run.out.isEmpty)
    #expect(
      run.error
        == "cdcctl: the engine at http://127.0.0.1:9 can't be reached: Connection refused. Is cdcd running, and is --url right?\n"
    )
    #expect(Run("connector list -o json", isReachable: false).errorJSON?["error"]?["code"] == "unreachable")
  }

  @Test func somethingElseAnswers() {
    let run = Run("connector list", ["GET /connectors?expand=info&expand=status": (200, "<html>")])
    #expect(run.status == 1 && run.error.contains("is it cdcd?"))
    let error = Run("connector list", ["GET /connectors?expand=info&expand=status": (502, "<html>")])
    #expect(error.status == 1 && error.error == "cdcctl: the engine answered 502\n")
  }

  @Test func namesAreEncoded() {
    let run = Run(["connector", "show", "a/b ü%"])
    #expect(run.requests == ["GET /connectors/a%2Fb%20%C3%BC%25"])
  }
}

@Suite struct EngineCommandsTests {
  @Test func health() {
    let body = """
      {"status":"healthy","message":"ready","version":"0.1.0",
      "kafka":{"bootstrap.servers":"127.0.0.1:9","embedded":true,"note":"development only"},
      "schema_registry":{"url":"http://127.0.0.1:8081"},
      "connectors":{"crm":{"state":"RETRYING","lag_bytes":10,"lag_seconds":1.500,"retries":2,
      "last_error":{"code":"CDC-2001","message":"CDC-2001: refused"},"notices":["a warning"]},
      "dwh":{"state":"STOPPED"}},"configuration_files":{"x.json":"is not JSON"}}
      """
    let run = Run("health", ["GET /health": (200, body)])
    #expect(run.status == 0)
    #expect(
      run.out == """
        status:    healthy
        message:   ready
        version:   0.1.0
        kafka:     127.0.0.1:9 (development only)
        registry:  http://127.0.0.1:8081

        CONNECTOR  STATE     LAG            RETRIES  LAST ERROR
        crm        RETRYING  1.500 s, 10 B  2        CDC-2001: refused
        dwh        STOPPED   -              -        -

        crm: a warning

        x.json: is not JSON

        """)
    let ill = Run("health -o json", ["GET /health": (503, #"{"status":"starting"}"#)])
    #expect(ill.status == 1 && ill.json?["status"] == "starting")
    #expect(ill.errorJSON?["error"] == ["code": 503, "message": "the engine is starting"])
  }

  @Test func version() {
    let answers: [String: (status: Int, body: String)] = [
      "GET /": (200, #"{"version":"4.3.1","commit":"c","kafka_cluster_id":null}"#),
      "GET /health": (503, #"{"status":"starting","version":"0.1.0"}"#),
    ]
    let json = Run("version -o json", answers).json
    #expect(json?["client"]?["version"]?.string == Version.current)
    #expect(
      json?["engine"] == ["version": "0.1.0", "commit": "c", "connect_version": "4.3.1", "kafka_cluster_id": nil])
    #expect(
      Run("version", answers).out == """
        cdcctl                   \(Version.current)
        cdcd                     0.1.0 (c)
        Kafka Connect interface  4.3.1
        Kafka cluster            unknown

        """)
    let alone = Run("version", isReachable: false)
    #expect(alone.status == 3 && alone.out == "cdcctl  \(Version.current)\n")
  }

  @Test func topics() {
    let answers = [
      "GET /topics": (status: 200, body: #"[{"name":"crm.public.customers","partitions":3,"replication":1}]"#)
    ]
    #expect(
      Run("topic list", answers).out == """
        NAME                  PARTITIONS  REPLICATION
        crm.public.customers  3           1

        """)
    #expect(Run("topic list -o json", answers).json?.array?.count == 1)
  }
}
