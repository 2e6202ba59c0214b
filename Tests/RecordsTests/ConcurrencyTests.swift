import Foundation
import Records
import Testing

/// Several writers at once, each with a store of its own, as several processes have.
@Suite struct ConcurrencyTests {
  private let home = TemporaryHome()

  @Test func manyMayMakeTheStoreAtOnce() async throws {
    for _ in 0..<40 {
      let home = TemporaryHome()
      let path = home.path
      let names = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<16 {
          group.addTask { try RunStore(below: path).begin(.example("same")).name }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(names.count == 16)
    }
  }

  @Test func writersDoNotDisturbEachOther() async throws {
    let path = home.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let store = try RunStore(below: path)
          let run = try store.begin(.example("same"))
          for batch in 0..<25 {
            try store.append(
              (0..<20).map {
                Metric(
                  environmentStep: 20 * batch + $0, wallSeconds: 0, name: "return",
                  value: Double(writer))
              }, to: run)
          }
          try store.end(run, as: .finished)
        }
      }
      try await group.waitForAll()
    }
    let store = try home.store()
    let runs = try store.runs()
    #expect(Set(runs.map(\.name)) == ["same", "same-2", "same-3", "same-4"])
    for run in runs {
      let metrics = try store.metrics(of: run)
      #expect(metrics.map(\.environmentStep) == Array(0..<500))
      #expect(Set(metrics.map(\.value)).count == 1)
      #expect(run.state == .finished && run.environmentSteps == 499)
    }
  }

  @Test func aReaderSeesWholeBatchesOnly() async throws {
    let path = home.path
    let run = try home.store().begin(.example())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let store = try RunStore(below: path)
        for batch in 0..<50 {
          try store.append(
            (0..<10).map {
              Metric(environmentStep: batch, wallSeconds: 0, name: "m\($0)", value: 1)
            }, to: run)
        }
      }
      group.addTask {
        let store = try RunStore(below: path)
        for _ in 0..<50 { #expect(try store.metrics(of: run).count.isMultiple(of: 10)) }
      }
      try await group.waitForAll()
    }
    #expect(try home.store().metrics(of: run).count == 500)
  }
}
