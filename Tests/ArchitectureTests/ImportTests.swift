import Testing

/// The house: who may import whom, proven from the import lines.
@Suite struct ImportTests {
  @Test func everyTargetHasAPlace() {
    #expect(Manifest.targets.count > 20)
    for target in Manifest.targets where target.kind != .tests {
      #expect(House.place(target.name) != nil, "\(target.name) is in Package.swift but in no layer")
    }
    let folders = Set(SourceTree.files.compactMap(\.target))
    #expect(folders == Set(Manifest.targets.filter { $0.kind != .tests }.map(\.name)))
  }

  @Test func importsGoDownOnly() {
    #expect(SourceTree.sources.count > 20)
    for file in SourceTree.sources {
      guard let target = file.target else { continue }
      for module in file.imports {
        if let objection = House.objection(target, imports: module) { Issue.record("\(file.path): \(objection)") }
      }
    }
  }

  @Test func declaredDependenciesGoDownOnly() {
    for target in Manifest.targets where target.kind != .tests {
      for dependency in target.dependencies {
        if let objection = House.objection(target.name, imports: dependency) {
          Issue.record("Package.swift: \(objection)")
        }
      }
    }
  }

  @Test func everyImportOfOursIsDeclared() {
    for file in SourceTree.sources {
      guard let name = file.target, let target = Manifest.target(name) else { continue }
      for module in Set(file.imports) where House.place(module) != nil {
        #expect(target.dependencies.contains(module), "\(file.path) imports \(module), Package.swift does not say so")
      }
    }
  }

  @Test func nobodyImportsFoundation() {
    let large: Set<String> = ["Foundation", "FoundationNetworking", "FoundationXML", "Dispatch"]
    for file in SourceTree.sources {
      for module in file.imports {
        #expect(!large.contains(module), "\(file.path) imports \(module)")
        if module.hasPrefix("Foundation"), let target = file.target {
          #expect(House.essentials.contains(target), "\(file.path) imports \(module)")
        }
      }
    }
  }

  @Test func theRulesCatchWhatTheyShould() {
    #expect(House.objection("PostgresSource", imports: "MySQLSource") != nil)
    #expect(House.objection("PostgresSource", imports: "KafkaClient") != nil)
    #expect(House.objection("WarehouseSink", imports: "PostgresSource") != nil)
    #expect(House.objection("ChangeModel", imports: "Engine") != nil)
    #expect(House.objection("Engine", imports: "CRDKafka") != nil)
    #expect(House.objection("cdcctl", imports: "KafkaClient") != nil)
    #expect(House.objection("Pipeline", imports: "EventEncoding") == nil)
    #expect(House.objection("KafkaClient", imports: "CRDKafka") == nil)
    #expect(House.objection("Flow", imports: "Glibc") == nil)
    let file = SourceTree.File(
      path: "Sources/X/Y.swift",
      text: "// import A\n@preconcurrency public import B\nimport struct C.D\nlet x = \"import E\"\ninternal import F\n"
    )
    #expect(file.imports == ["B", "C", "F"])
  }
}
