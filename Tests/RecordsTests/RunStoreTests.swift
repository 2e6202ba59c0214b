import Foundation
import Records
import Testing

@Suite struct RunStoreTests {
  private let home = TemporaryHome()

  @Test func keepsARunFromItsBeginningToItsEnd() throws {
    let store = try home.store()
    let settings = JSONValue.object(["steps": 10, "learner": .object(["slots": 4])])
    let run = try store.begin(.example(seed: .max, configuration: settings), at: exampleDate)
    #expect(run.name == "cartpole-7" && run.seed == .max && run.state == .running)
    #expect(run.startedAt == exampleDate && run.endedAt == nil && run.environmentSteps == 0)
    try store.end(run, as: .stopped, at: exampleDate + 2)
    let read = try home.store().run(named: "cartpole-7")
    #expect(read.state == .stopped && read.endedAt == exampleDate + 2)
    #expect(try home.store().configuration(of: read) == settings)
    #expect(try store.runs().map(\.name) == ["cartpole-7"])
  }

  @Test func numbersANameThatIsTaken() throws {
    let store = try home.store()
    let names = try (0..<3).map { _ in try store.begin(.example()).name }
    #expect(names == ["cartpole-7", "cartpole-7-2", "cartpole-7-3"])
    var named = NewRun.example("CartPole-7")
    named.numbersTakenName = false
    #expect(throws: RunStoreError.nameTaken("CartPole-7")) { try store.begin(named) }
    named.name = "a b"
    #expect(throws: RunStoreError.unfitName("a b")) { try store.begin(named) }
  }
}
