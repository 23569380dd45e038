import Foundation
import JSON
import Testing

@testable import cdcctl

/// A folder of files that goes with the test.
final class Folder {
  let path = NSTemporaryDirectory() + "cdcctl-" + UUID().uuidString

  init(_ files: [String: String]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct WritingCommandsTests {
  let nested = #"{"name":"crm","config":{"connector.class":"postgres","tasks.max":1,"on":true}}"#
  let flat = #"{"name":"crm","connector.class":"postgres","tasks.max":1,"on":true}"#
  let info = #"{"name":"crm","config":{},"tasks":[],"type":"source"}"#
  let stored = #"{"connector.class":"postgres","tasks.max":"1","on":"true","name":"crm"}"#

  @Test func creates() throws {
    let folder = try Folder(["a.json": nested, "b.json": flat])
    let answers = ["POST /connectors": (status: 201, body: info)]
    let run = Run(["connector", "create", "-f", folder.path + "/a.json"], answers)
    #expect(run.status == 0 && run.out == "created crm\n")
    #expect(
      run.requests == [
        "POST /connectors " + #"{"name":"crm","config":{"connector.class":"postgres","tasks.max":1,"on":true}}"#
      ])
    let other = Run(["connector", "create", "--file=\(folder.path)/b.json", "-o", "json"], answers)
    #expect(other.out == info + "\n")
    #expect(other.requests.first?.contains(#""config":{"name":"crm","connector.class":"postgres""#) == true)
  }

  @Test func anExistingOneIsAnError() throws {
    let folder = try Folder(["a.json": nested])
    let run = Run(
      ["connector", "create", "-f", folder.path + "/a.json"],
      ["POST /connectors": (409, #"{"error_code":409,"message":"Connector crm already exists"}"#)])
    #expect(run.status == 1 && run.out.isEmpty && run.error == "cdcctl: Connector crm already exists\n")
  }

  @Test(arguments: [
    ("{", "is not valid JSON: line 1, column 2: a member's name in quotes is missing"),
    ("[]", "is not a connector: it is not a JSON object"),
    (#"{"name":"","connector.class":"x"}"#, #"names no connector: the key "name" is missing"#),
    (#"{"name":"x","type":"record"}"#, #"is not a connector: it has neither "config" nor "connector.class""#),
    (#"{"name":"x","config":{},"more":1}"#, #"is not a connector: beside "name" and "config" there is "more""#),
  ])
  func badFiles(text: String, message: String) throws {
    let folder = try Folder(["a.json": text])
    let run = Run(["connector", "create", "-f", folder.path + "/a.json"])
    #expect(run.status == 1 && run.error == "cdcctl: \(folder.path)/a.json \(message)\n")
    #expect(run.requests.isEmpty)
  }

  @Test(arguments: [#"{"connector.class":"postgres"}"#, #"{"config":{"connector.class":"postgres"}}"#])
  func withoutANameItHasTheFiles(text: String) throws {
    let folder = try Folder(["crm.json": text])
    let run = Run(["connector", "create", "-f", folder.path + "/crm.json"], ["POST /connectors": (201, info)])
    #expect(run.out == "created crm\n")
    #expect(run.requests.first?.hasPrefix(#"POST /connectors {"name":"crm","config":"#) == true)
  }

  @Test func aMissingFile() {
    let run = Run("connector create -f /nowhere/x.json")
    #expect(run.status == 1)
    #expect(run.error == "cdcctl: /nowhere/x.json can't be read: No such file or directory\n")
  }

  @Test(arguments: [(404, 201, "created"), (200, 200, "updated")])
  func applies(before: Int, after: Int, result: String) throws {
    let folder = try Folder(["a.json": nested])
    let run = Run(
      ["connector", "apply", "-f", folder.path + "/a.json"],
      ["GET /connectors/crm/config": (before, #"{"name":"crm"}"#), "PUT /connectors/crm/config": (after, info)])
    #expect(run.status == 0 && run.out == "\(result) crm\n")
    #expect(run.requests.last == #"PUT /connectors/crm/config {"connector.class":"postgres","tasks.max":1,"on":true}"#)
  }

  @Test func whatIsThereAlreadyStays() throws {
    let folder = try Folder(["a.json": flat])
    let run = Run(["connector", "apply", "-f", folder.path + "/a.json"], ["GET /connectors/crm/config": (200, stored)])
    #expect(run.out == "unchanged crm\n" && run.requests.count == 1)
  }

  @Test func aFolderIsAppliedWhole() throws {
    let folder = try Folder([
      "1.json": nested, "2.json": "{", "3.json": #"{"name":"dwh","connector.class":"warehouse"}"#, "x.yaml": "a: 1",
      ".hidden.json": "{", "schema.json": #"{"type":"record","name":"r"}"#,
    ])
    let answers: [String: (status: Int, body: String)] = [
      "GET /connectors/crm/config": (200, stored), "PUT /connectors/dwh/config": (201, info),
    ]
    let run = Run(["connector", "apply", "-f", folder.path, "-o", "json"], answers)
    #expect(run.status == 1)
    #expect(run.json?.array?.map { $0["result"]?.string } == ["unchanged", "failed", "created"])
    #expect(run.errorJSON?["error"]?["message"]?.string?.contains("2.json is not valid JSON") == true)
    let empty = try Folder([:])
    #expect(
      Run(["connector", "apply", "-f", empty.path]).error
        == "cdcctl: \(empty.path) has no .json file with a connector\n")
  }

  @Test func deletes() {
    let run = Run("connector delete crm", ["DELETE /connectors/crm": (204, "")])
    #expect(run.status == 0 && run.out == "deleted crm\n")
    #expect(Run("connector delete no").status == 4)
  }

  @Test(arguments: [
    ("start", "resume", "started"), ("resume", "resume", "resumed"), ("pause", "pause", "paused"),
    ("stop", "stop", "stopped"),
  ])
  func states(verb: String, path: String, past: String) {
    let answers = ["PUT /connectors/crm/\(path)": (status: 202, body: "")]
    #expect(Run("connector \(verb) crm", answers).out == "\(past) crm\n")
    #expect(Run("connector \(verb) crm -o json", answers).json?["name"] == "crm")
    #expect(Run("connector \(verb) no", answers).status == 4)
  }

  @Test func restarts() {
    let run = Run(
      "connector restart crm", ["POST /connectors/crm/restart?includeTasks=true&onlyFailed=false": (202, info)])
    #expect(run.status == 0 && run.out == "restarting crm\n")
    #expect(
      Run("connector restart crm --only-failed").requests == [
        "POST /connectors/crm/restart?includeTasks=true&onlyFailed=true"
      ])
  }

  @Test func validates() throws {
    let folder = try Folder(["a.json": nested])
    let target = "PUT /connector-plugins/postgres/config/validate"
    let line = ["connector", "validate", "-f", folder.path + "/a.json"]
    let good = Run(line, [target: (200, #"{"name":"postgres","error_count":0,"configs":[]}"#)])
    #expect(good.status == 0 && good.out == "crm is valid\n")
    #expect(good.requests == [target + #" {"connector.class":"postgres","tasks.max":1,"on":true,"name":"crm"}"#])
    let bad = Run(
      line,
      [
        target: (
          200,
          #"{"error_count":1,"configs":[{"value":{"name":"database.hostname","value":null,"errors":["Missing required"]}},{"value":{"name":"x","errors":[]}}]}"#
        )
      ])
    #expect(bad.status == 1)
    #expect(bad.out == "KEY                ERROR\ndatabase.hostname  Missing required\n")
    #expect(bad.error == "cdcctl: the configuration of crm has 1 error\n")
  }
}
