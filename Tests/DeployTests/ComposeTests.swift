import Foundation
import TestSupport
import Testing

/// The container set. It is parsed and cross-checked here; it was not run.
@Suite struct ComposeTests {
  @Test(.needsPython) func theComposeFileHoldsTogether() throws {
    let script = """
      import os, re, sys, yaml
      compose = yaml.safe_load(open("docker-compose.yml"))
      services, volumes = compose["services"], compose["volumes"]
      wanted = {"kafka", "schema-registry", "postgres", "mysql", "minio", "minio-bucket", "prometheus", "grafana", "cdcd"}
      assert wanted <= set(services), wanted - set(services)
      ports = []
      for name, service in services.items():
          assert ("image" in service) != ("build" in service), name
          if "image" in service:
              assert re.search(r":[^:/]*[0-9][^:/]*$", service["image"]) and "latest" not in service["image"], service["image"]
          else:
              assert os.path.exists(service["build"]["dockerfile"])
          for other in service.get("depends_on", []):
              assert other in services, (name, other)
              if isinstance(service["depends_on"], dict) and service["depends_on"][other]["condition"] == "service_healthy":
                  assert "healthcheck" in services[other], (name, other)
              if isinstance(service["depends_on"], dict) and service["depends_on"][other]["condition"] == "service_completed_successfully":
                  # What is waited for to its end must not start again.
                  assert "restart" not in services[other] and "ports" not in services[other], (name, other)
          for volume in service.get("volumes", []):
              source = volume.split(":")[0]
              assert os.path.exists(source) if source.startswith("./") else source in volumes, (name, volume)
          for port in service.get("ports", []):
              assert port.startswith("127.0.0.1:"), (name, port)
              ports.append(port.split(":")[1])
      assert len(ports) == len(set(ports)), ports
      engine = yaml.safe_load(open("deploy/martinet.yaml"))
      for address in (engine["kafka"]["bootstrap.servers"], engine["schemaRegistry"]["url"].split("//")[1]):
          assert address.split(":")[0] in services, address
      environment = services["cdcd"]["environment"]
      assert environment["S3_ENDPOINT"].split("//")[1].split(":")[0] in services
      minio = services["minio"]["environment"]
      assert environment["S3_ACCESS_KEY"] == minio["MINIO_ROOT_USER"]
      assert environment["S3_SECRET_KEY"] == minio["MINIO_ROOT_PASSWORD"]
      for file in sorted(os.listdir("connectors")):
          if file.endswith(".json"):
              for variable in re.findall(r"\\$\\{env:([A-Z_]+)\\}", open("connectors/" + file).read()):
                  assert variable in environment, variable
      topics = yaml.safe_load(open("connectors/topics.yaml"))
      assert topics["defaults"]["partitions"] >= 1 and all(isinstance(t, dict) for t in topics["topics"].values())
      print("holds")
      """
    #expect(try Python.run("import os; os.chdir(\"\(Checkout.path)\")\n" + script) == "holds")
  }

  @Test func theImageInstallsWhatTheBuildNeeds() throws {
    let dockerfile = try String(contentsOfFile: Checkout.path + "/deploy/Dockerfile", encoding: .utf8)
    let packages = try String(contentsOfFile: Checkout.path + "/scripts/packages.txt", encoding: .utf8)
    let needed = packages.split(separator: "\n").filter { $0.hasPrefix("build ") }.map { $0.dropFirst(6) }
    #expect(needed.count >= 10)
    for package in needed { #expect(dockerfile.contains(package), "deploy/Dockerfile does not install \(package)") }
  }

  @Test(.needsPrograms, .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/dpkg-query"), "no Debian"))
  func theImageHasTheLibrariesOfThePrograms() throws {
    let dockerfile = try String(contentsOfFile: Checkout.path + "/deploy/Dockerfile", encoding: .utf8)
    let runtime = dockerfile.split(separator: "\nFROM ").last ?? ""
    for program in [Programs.cdcd, Programs.cdcctl] {
      let libraries = try Command.check(["ldd", program]).matches(of: /\s(\/\S+)\s\(/).map { String($0.1) }
      let needed = try Command.check(["readelf", "-d", program]).matches(of: /NEEDED.*\[([^\]]+)\]/).map {
        String($0.1)
      }
      for library in libraries.filter({ path in needed.contains { path.hasSuffix("/" + $0) } }) {
        // A debug build takes the toolchain's libraries; they belong to no package.
        let owner = try Command.run(["dpkg-query", "-S", library, library.replacing("/lib/", with: "/usr/lib/")])
        guard let package = owner.output.firstMatch(of: /^(?:.*\n)*?([\w.+-]+)(?::\w+)?: \//)?.1 else { continue }
        let isBase = ["libc6", "libgcc-s1", "libstdc++6"].contains(package)
        #expect(isBase || runtime.contains(package), "deploy/Dockerfile lacks \(package) for \(library)")
      }
    }
  }

  @Test(.enabled(if: Promtool.isThere || Availability.isCI, "no promtool (Debian: prometheus)"))
  func prometheusTakesItsFiles() throws {
    let answer = try Command.check(
      ["promtool", "check", "config", "prometheus.yml"], directory: Checkout.path + "/deploy/prometheus")
    #expect(answer.contains("SUCCESS"))
    let broken = try TemporaryFolder()
    try broken.write("rule_files: [missing.yml]\n", to: "prometheus.yml")
    #expect(try Command.run(["promtool", "check", "config", "prometheus.yml"], directory: broken.path).status != 0)
  }

  @Test func dashboardAndAlertsNameMetricsOfOurs() throws {
    let dashboard = try String(
      contentsOfFile: Checkout.path + "/deploy/grafana/dashboards/martinet.json", encoding: .utf8)
    let alerts = try String(contentsOfFile: Checkout.path + "/deploy/prometheus/alerts.yml", encoding: .utf8)
    let operations = try String(contentsOfFile: Checkout.path + "/docs/operations.md", encoding: .utf8)
    #expect(try JSONSerialization.jsonObject(with: Data(dashboard.utf8)) is [String: Any])
    let named = Set((dashboard + alerts).matches(of: /cdc_[a-z_]+/).map { String($0.0).replacing("_bucket", with: "") })
    #expect(named.count >= 10)
    for metric in named { #expect(operations.contains("`\(metric)"), "docs/operations.md does not explain \(metric)") }
  }

  enum Promtool {
    static let isThere = (try? Command.run(["promtool", "--version"]).status) == 0
  }
}
