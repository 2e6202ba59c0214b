import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Cart-pole swing-up")
struct CartPoleSwingUpTests {
  private let task = CartPoleSwingUp()

  private func stepped(
    _ force: Float, from start: CartPole.State
  ) -> (state: CartPole.State, reward: Float) {
    var (state, random) = (start, RandomStream(seed: 0))
    let outcome = task.step(&state, Action([force]), using: &random)
    return (state, outcome.reward)
  }

  @Test("keeps an environment's promises")
  func conformance() throws {
    try checkEnvironment(task)
  }

  @Test("a push moves the cart and leaves the hanging pole behind")
  func push() {
    let hanging = CartPole.State(x: 0, xVelocity: 0, angle: .pi, angularVelocity: 0)
    let state = stepped(1, from: hanging).state
    // u = 3/1.1; θ̈ = u / (0.5·(4/3 − 0.1/1.1)) = 4.390...; ẍ = u + 0.05·θ̈·1/1.1
    #expect(abs(state.angularVelocity - 0.04 * 4.390_243_902_4) < 1e-9)
    #expect(abs(state.xVelocity - 0.04 * 2.926_829_268_3) < 1e-9)
    #expect(stepped(0, from: hanging).reward == 0)
  }

  @Test("upright is worth 1, and the track's end stops the cart")
  func ends() {
    let upright = CartPole.State(x: 2.39, xVelocity: 5, angle: 0.3, angularVelocity: 0)
    let (state, reward) = stepped(1, from: upright)
    #expect(state.x == 2.4 && state.xVelocity == 0 && reward == 1)
    let leaning = CartPole.State(x: 0, xVelocity: 0, angle: 0.8, angularVelocity: 0)
    #expect(stepped(0, from: leaning).reward == 0)
  }

  @Test("a pole left to swing gains no height and loses little")
  func energy() {
    var state = CartPole.State(x: 0, xVelocity: 0, angle: .pi - 1, angularVelocity: 0)
    var random = RandomStream(seed: 0)
    var widest = 0.0
    for step in 0..<2500 {
      _ = task.step(&state, Action([0]), using: &random)
      if step >= 2400 { widest = max(widest, abs(state.angle - .pi)) }
    }
    #expect(widest < 1 && widest > 0.7)
  }
}
