import Foundation
import JSON
import TestSupport
import Testing

/// The tests of `SinkConformance`, whatever the target.
protocol SinkSuite {
  func restart() throws
  func rebalance() throws
  func duplicates() throws
  func kills(at points: [String]) throws
  func targetDown() throws
  func targetFull() throws
  func slowTarget() throws
  func schemaChange() throws
  func deletes() throws
  func poison(at places: Set<Int>) throws
  func poisonStops() throws
}

/// What every sink must pass: each record of the topic is in the target exactly once, whatever happens on the way.
struct SinkConformance<Target: SinkTarget>: SinkSuite {
  private func changes(_ ids: Range<Int>, _ text: String = "v") -> [Change] { ids.map { .upsert($0, "\(text)\($0)") } }

  func restart() throws {
    let rig = try SinkRig<Target>(partitions: 2)
    try rig.topic.write(changes(0..<500))
    var worker = try rig.worker()
    try rig.create(on: worker)
    for round in 1...3 {
      try rig.topic.write(changes(0..<300, "r\(round)-"))
      if round == 2 {
        worker.process.kill()
      } else {
        #expect(worker.process.terminate() == 0, "\(worker.tail)")
      }
      try rig.topic.write(changes(200..<600, "d\(round)-"))
      worker = try rig.worker()
    }
    #expect(try rig.settled() == nil, "\(worker.tail)")
  }

  func rebalance() throws {
    let rig = try SinkRig<Target>(partitions: 4)
    let one = try rig.worker()
    try rig.create(on: one)
    try rig.topic.write(changes(0..<1000))
    let two = try rig.worker()
    for round in 0..<10 {
      try rig.topic.write(changes(0..<200, "x\(round)-"))
      usleep(200_000)
    }
    two.process.kill()
    try rig.topic.write(changes(0..<200, "after-"))
    let three = try rig.worker()
    try rig.topic.write(changes(100..<400, "three-"))
    one.process.terminate()
    try rig.topic.write(changes(0..<50, "last-"))
    #expect(try rig.settled() == nil, "\(three.tail)")
  }

  func duplicates() throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write(changes(0..<200) + [.delete(3), .tombstone(3)] + changes(0..<10, "again"))
    try rig.topic.repeatLast(50)
    let worker = try rig.worker()
    try rig.create(on: worker)
    #expect(try rig.settled() == nil, "\(worker.tail)")
    try rig.topic.repeatLast(10)
    #expect(try rig.settled() == nil, "\(worker.tail)")
  }

  /// `points`: where the worker kills itself, one after the other.
  func kills(at points: [String]) throws {
    let rig = try SinkRig<Target>(partitions: 2)
    let first = try rig.worker()
    try rig.create(on: first, Self.tolerant)
    try rig.topic.write(changes(0..<100))
    #expect(try rig.settled() == nil, "\(first.tail)")
    first.process.terminate()
    for point in points {
      let worker = try rig.worker(killAt: point)
      try rig.topic.write(changes(0..<300, point) + [.garbage] + changes(50..<100, "b-"))
      let status = worker.process.wait(.seconds(60)) ?? 0
      #expect(status == 137, "it passes \(point): \(worker.tail)")
    }
    let last = try rig.worker()
    #expect(try rig.settled() == nil, "\(last.tail)")
    // A kill between the dead letter and the target's offset may have written one twice; as dead letters they are one.
    let letters = try last.get("/dlq/\(Self.dlq(rig.name))/records?limit=100")
    let origins = Set((letters.array ?? []).compactMap { $0["origin"]?["offset"]?.int })
    #expect(origins.count == points.count, "\(letters)")
  }

  func targetDown() throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write(changes(0..<50))
    let worker = try rig.worker()
    try rig.create(on: worker, Self.tolerant)
    #expect(try rig.settled() == nil, "\(worker.tail)")
    rig.target.proxy.mode = .down
    try rig.topic.write(changes(0..<500, "down-"))
    let isOpen = try eventually(within: .seconds(60), every: .milliseconds(100)) {
      try worker.get("/health")["connectors"]?[rig.name]?["circuit_breaker"] == "open"
    }
    #expect(isOpen, "\(worker.tail)")
    rig.target.proxy.mode = .pass
    #expect(try rig.settled(within: 90) == nil, "\(worker.tail)")
    #expect(try worker.metric("cdc_dlq_records_total") == 0, "nothing goes to the dead letters for it")
  }

  func targetFull() throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write(changes(0..<50))
    let worker = try rig.worker()
    try rig.create(on: worker, Self.tolerant)
    #expect(try rig.settled() == nil, "\(worker.tail)")
    try rig.target.setFull(true)
    try rig.topic.write(changes(0..<500, "full-"))
    let isOpen = try eventually(within: .seconds(60), every: .milliseconds(100)) {
      try worker.get("/health")["connectors"]?[rig.name]?["state"] == "RETRYING"
    }
    #expect(isOpen, "\(worker.tail)")
    try rig.target.setFull(false)
    let complaint = try rig.settled(within: 90)
    #expect(complaint == nil, "\(worker.tail)")
    #expect(try worker.metric("cdc_dlq_records_total") == 0)
  }

  /// 60 MB wait while the target takes little: they stay in Kafka.
  func slowTarget() throws {
    let rig = try SinkRig<Target>()
    let worker = try rig.worker()
    try rig.create(on: worker)
    try rig.topic.write(changes(0..<10))
    #expect(try rig.settled() == nil, "\(worker.tail)")
    let before = try worker.memory()
    rig.target.proxy.mode = .slow(200_000)
    let text = String(repeating: "slow ", count: 2000)
    for block in 0..<12 { try rig.topic.write((0..<500).map { .upsert(block * 500 + $0, "\($0)\(text)") }) }
    for _ in 0..<16 {
      usleep(500_000)
      #expect(try worker.memory() - before < 100)
    }
    rig.target.proxy.mode = .pass
    #expect(try rig.settled(within: 120) == nil, "\(worker.tail)")
  }

  func schemaChange() throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write(
      changes(0..<100) + (50..<150).map { .wide($0, "w\($0)", "e\($0)") } + changes(40..<60, "old")
        + [.wide(7, "seven", "more")])
    let worker = try rig.worker()
    try rig.create(on: worker)
    #expect(try rig.settled() == nil, "\(worker.tail)")
  }

  func deletes() throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write(
      changes(0..<20) + [.delete(1), .tombstone(1), .delete(2), .tombstone(2), .upsert(2, "again"), .tombstone(5)])
    let worker = try rig.worker()
    try rig.create(on: worker)
    #expect(try rig.settled() == nil, "\(worker.tail)")
    try rig.topic.write([.upsert(30, "gone"), .truncate, .upsert(31, "stays")])
    #expect(try rig.settled() == nil, "\(worker.tail)")
  }

  /// Records that can't be read at these places of a batch.
  func poison(at places: Set<Int>) throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write((0..<30).map { places.contains($0) ? .garbage : .upsert($0, "v") })
    let worker = try rig.worker()
    try rig.create(on: worker, Self.tolerant)
    #expect(try rig.settled() == nil, "\(worker.tail)")
    let areParked = try eventually(within: .seconds(20)) {
      try worker.metric("cdc_dlq_records_total") == Double(places.count)
    }
    #expect(areParked, "\(worker.tail)")
    let letters = try worker.get("/dlq/\(Self.dlq(rig.name))/records?limit=100")
    #expect(Set((letters.array ?? []).compactMap { $0["origin"]?["offset"]?.int }) == places, "\(letters)")
    #expect((letters.array ?? []).allSatisfy { $0["class"] == "poison" })
  }

  /// Without tolerance what stands before the record is delivered, then the task stops at it.
  func poisonStops() throws {
    let rig = try SinkRig<Target>()
    try rig.topic.write(changes(0..<20))
    let worker = try rig.worker()
    try rig.create(on: worker)
    #expect(try rig.settled() == nil, "\(worker.tail)")
    try rig.topic.write([.garbage])
    let hasFailed = try eventually(within: .seconds(30), every: .milliseconds(100)) {
      try worker.get("/connectors/\(rig.name)/status")["tasks"]?.array?.contains { $0["state"] == "FAILED" } ?? false
    }
    #expect(hasFailed, "\(worker.tail)")
    let status = try worker.get("/connectors/\(rig.name)/status").text
    #expect(status.contains(Target.poisonCode) && status.contains("offset 20"), "\(status)")
  }

  /// Tolerates poison, with a dead letter topic.
  private static var tolerant: JSONObject {
    ["errors.tolerance": "all", "errors.deadletterqueue.topic.replication.factor": "1"]
  }

  private static func dlq(_ name: String) -> String { "\(name).dlq" }
}
