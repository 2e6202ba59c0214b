import Agents
import Environments
import Tensors
import Testing

@Suite("Planning with a learned model")
struct ModelBasedControlTests {
  @Test("the cross-entropy method finds the top of a hill, and stays within its bounds")
  func maximise() {
    let search = CrossEntropyMethod(population: 60, elites: 10, iterations: 12)
    var random = RandomStream(seed: 0)
    let found = search.maximise(from: [0, 0, 0], in: -1.0...1.0, using: &random) { vector in
      -(vector[0] - 0.5) * (vector[0] - 0.5) - vector[1] * vector[1] + vector[2]
    }
    #expect(abs(found.best[0] - 0.5) < 0.15 && abs(found.best[1]) < 0.15 && found.best[2] > 0.95)
    #expect(found.best.allSatisfy { (-1...1).contains($0) })
  }

  @Test("a linear system is known after a few steps, and less surely where it was not seen")
  func dynamics() {
    var model = LinearDynamics(states: 2, controls: 1, noise: 0.001)
    var random = RandomStream(seed: 1)
    func next(_ state: [Double], _ control: Double) -> [Double] {
      [state[0] + 0.1 * state[1], 0.9 * state[1] + 0.2 * control - 0.05]
    }
    let unknown = model.variance(state: [1, 1], control: [1])
    for _ in 0..<30 {
      let state = (0..<2).map { _ in random.uniform(-1.0...1.0) as Double }
      let control: Double = random.uniform(-1.0...1.0)
      model.add(state: state, control: [control], next: next(state, control))
    }
    model.fit()
    let path = model.rollout(from: [0.3, -0.2], controls: [1, -1])
    let first = next([0.3, -0.2], 1)
    for (value, expected) in zip(path, [0.3, -0.2] + first + next(first, -1)) {
      #expect(abs(value - expected) < 1e-4)
    }
    #expect(model.variance(state: [1, 1], control: [1]) < 1e-3 * unknown)
    #expect(
      model.variance(state: [9, 9], control: [1]) > model.variance(state: [0, 0], control: [0]))
  }

  @Test("a cart-pole is balanced after one episode of random actions, and not without a model")
  func balances() throws {
    #expect(try balancedSteps(learns: true) == 150)
    #expect(try balancedSteps(learns: false) < 100)
  }

  private func balancedSteps(learns: Bool) throws -> Int {
    var configuration = ModelBasedController.Configuration()
    configuration.isBangBang = true
    var controller = try ModelBasedController(
      configuration, model: LinearDynamics(states: 4, controls: 1)
    ) { path in
      var cost = 0.0
      for start in stride(from: 4, to: path.count, by: 4) {
        let (position, angle) = (path[start], path[start + 2])
        cost += position * position + 10 * angle * angle
      }
      return -cost
    }
    var random = RandomStream(seed: 2)
    let cart = CartPole.gymnasium
    func numbers(_ state: CartPole.State) -> [Double] {
      [state.x, state.xVelocity, state.angle, state.angularVelocity]
    }
    var state = cart.reset(using: &random)
    var ended = false
    while !ended {
      let (seen, action) = (numbers(state), random.integer(below: 2))
      ended = cart.step(&state, Action(action), using: &random).terminated
      controller.model.add(state: seen, control: [action == 1 ? 1 : -1], next: numbers(state))
    }
    if learns { controller.model.fit() }
    state = cart.reset(using: &random)
    for step in 0..<150 {
      let control = controller.control(in: numbers(state), using: &random)[0]
      let action = Action(control > 0 ? 1 : 0)
      if cart.step(&state, action, using: &random).terminated { return step }
    }
    return 150
  }
}
