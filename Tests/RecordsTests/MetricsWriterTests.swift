import Foundation
import Records
import Testing

@Suite struct MetricsWriterTests {
  private let home = TemporaryHome()

  @Test func everyValueArrivesInOrder() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let writer = try MetricsWriter(store, run: run, flushSeconds: 0.001)
    for step in 0..<10_000 {
      writer.record("return", Double(step) / 3, environmentStep: step, task: step < 5 ? "a" : nil)
    }
    try writer.finish()
    let metrics = try store.metrics(of: run)
    #expect(metrics.map(\.environmentStep) == Array(0..<10_000))
    #expect(metrics.map(\.value) == (0..<10_000).map { Double($0) / 3 })
    #expect(metrics.map { $0.task != nil } == (0..<10_000).map { $0 < 5 })
    #expect(metrics.map(\.wallSeconds) == metrics.map(\.wallSeconds).sorted())
    #expect(try store.events(of: run).isEmpty)
  }

  @Test func valuesOfManyThreadsAllArrive() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let writer = try MetricsWriter(store, run: run, flushSeconds: 0.001)
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for step in 0..<1000 { writer.record("thread-\(thread)", 1, environmentStep: step) }
    }
    try writer.finish()
    for thread in 0..<4 {
      let metrics = try store.metrics(of: run, named: "thread-\(thread)")
      #expect(metrics.map(\.environmentStep) == Array(0..<1000))
    }
  }

  @Test func writesByItselfAfterAWhile() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let writer = try MetricsWriter(store, run: run, flushSeconds: 0.01)
    writer.record([("a", 1), ("b", 2)], environmentStep: 3)
    while try store.metrics(of: run).isEmpty { usleep(1000) }
    #expect(try store.metrics(of: run).map(\.name) == ["a", "b"])
    #expect(try store.run(id: run.id)?.environmentSteps == 3)
    try writer.finish()
  }

  @Test func whatWasFlushedIsThereAfterAKill() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    do {
      // A writer whose process goes away: nothing tells it to finish.
      let writer = try MetricsWriter(store, run: run, flushSeconds: 3600)
      for step in 0..<100 { writer.record("return", 1, environmentStep: step) }
      try writer.flush()
      for step in 100..<200 { writer.record("return", 1, environmentStep: step) }
    }
    // The files as a crash leaves them, the write-ahead log not yet merged.
    let crashed = TemporaryHome()
    try FileManager.default.copyItem(atPath: home.path, toPath: crashed.path)
    try? FileManager.default.removeItem(atPath: crashed.file + "-shm")
    let read = try crashed.store()
    #expect(try read.metrics(of: run).map(\.environmentStep) == Array(0..<100))
    #expect(try read.run(named: run.name).state == .running)
    #expect(try store.metrics(of: run).count == 100)
  }

  @Test func whatIsNotFiniteIsLeftOutAndTold() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let writer = try MetricsWriter(store, run: run)
    let values: [Double] = [1, .nan, .infinity, -.infinity, 2]
    for (step, value) in values.enumerated() {
      writer.record("loss", value, environmentStep: step)
    }
    try writer.finish()
    #expect(try store.metrics(of: run).map(\.value) == [1, 2])
    let events = try store.events(of: run)
    #expect(events.map(\.kind) == [.metricLost] && events[0].environmentStep == 1)
    #expect(events[0].message == "loss was not finite")
  }

  @Test func tellsHowManyFoundNoRoom() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let writer = try MetricsWriter(store, run: run, capacity: 10, flushSeconds: 3600)
    for step in 0..<25 { writer.record("return", 1, environmentStep: step) }
    try writer.finish()
    #expect(try store.metrics(of: run).map(\.environmentStep) == Array(0..<10))
    #expect(try store.events(of: run).map(\.message).first?.hasPrefix("15 metrics") == true)
  }

  @Test func saysWhatKeepsItFromWriting() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let writer = try MetricsWriter(store, run: run, flushSeconds: 3600)
    writer.record("return", 1, environmentStep: 1)
    try store.delete(run, evenIfRunning: true)
    for _ in 0..<2 {
      let error = #expect(throws: RunStoreError.self) { try writer.finish() }
      if let error { #expect("\(error)".contains("FOREIGN KEY")) }
    }
  }

  @Test func aResumedRunsTimeGoesOn() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    try store.append(
      [Metric(environmentStep: 1, wallSeconds: 1000, name: "return", value: 1)], to: run)
    let writer = try MetricsWriter(store, run: run)
    writer.record("return", 1, environmentStep: 2)
    try writer.finish()
    #expect(try #require(try store.metrics(of: run).last).wallSeconds >= 1000)
  }
}
