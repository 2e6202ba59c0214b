import Agents
import Environments
import Schooling
import Testing

/// What the bundled agents do is a matter of all that lies between their weights and the tasks: what is
/// observed, what is remembered, how it is acted on.
@Suite("The bundled agents")
struct BundledAgentTests {
  /// The mean return of each try on held-out tasks.
  private func means(
    _ name: String, on family: String, tasks count: Int = 400, tries: Int,
    memoryLasting span: Evaluation.MemorySpan = .task
  ) throws -> [Float] {
    let agent = try Agent(named: name)
    var settings = Evaluation.Settings(tasks: count, tries: tries)
    settings.greedy = agent.isGreedy
    settings.workers = 2
    let returns = try agent.returns(
      on: EnvironmentCatalogue.family(named: family).tasks, settings, memoryLasting: span)
    return (0..<tries).map { attempt in
      returns.reduce(0) { $0 + $1[attempt] } / Float(count)
    }
  }

  @Test("cart-poles never met are balanced on the first try")
  func cartPoles() throws {
    let first = try means("cartpole", on: "cartpole", tasks: 100, tries: 1)[0]
    #expect(first > 475, "\(first)")
  }

  @Test("playrooms never met are solved at once by who is told, and by trying by who is not")
  func playrooms() throws {
    let told = try means("playroom", on: "playroom-told", tries: 1)[0]
    #expect(told >= 0.8, "\(told)")
    for family in ["playroom-rules", "playroom-hidden"] {
      let tries = try means("playroom", on: family, tries: 4)
      let wiped = try means("playroom", on: family, tries: 4, memoryLasting: .try)
      #expect(tries[3] > 1.7 * tries[0], "\(family): \(tries)")
      #expect(wiped[3] < 1.2 * wiped[0], "\(family), wiped: \(wiped)")
    }
  }
}
