import Agents
import Environments
import Foundation
import Networks
import Tensors
import Testing

@Suite("Demonstrations")
struct DemonstrationsTests {
  /// Two slots of a cart-pole, kept by its expert for 20 steps.
  private func balanced(episodesPerSlot: Int = 2) throws -> Demonstrations {
    var cart = CartPole.gymnasium
    cart.stepLimit = 20
    var batch = EnvironmentBatch(
      tasks: [cart, cart], named: "cartpole", random: RandomStream(seed: 0))
    return try #require(
      try Demonstrations(
        ofExpertsIn: "cartpole", in: &batch, episodesPerSlot: episodesPerSlot))
  }

  /// One pendulum under a torque that grows.
  private func swung() throws -> Demonstrations {
    var batch = EnvironmentBatch(
      tasks: [Pendulum(stepLimit: 5)], named: "pendulum", random: RandomStream(seed: 1))
    var torque: Float = -1
    return try Demonstrations(of: "pendulum", in: &batch, episodesPerSlot: 1) { _, actions in
      torque += 0.25
      actions.components[0] = torque
    }
  }

  @Test("episodes are whole, slot by slot, with what followed each step")
  func recording() throws {
    let seen = try balanced()
    #expect(seen.count == 80 && seen.episodes == [0..<20, 20..<40, 40..<60, 60..<80])
    #expect(seen.returns == [20, 20, 20, 20])
    #expect(seen.ends.count { $0 == .truncated } == 4 && seen.ends[19] == .truncated)
    for episode in seen.episodes {
      for step in episode.dropLast() {
        #expect(
          seen.nextObservations[4 * step..<4 * step + 4]
            == seen.observations[4 * step + 4..<4 * step + 8])
      }
      // After the last step comes what the next episode does not begin with.
      let last = episode.upperBound - 1
      #expect(seen.nextObservations[4 * last + 1] != seen.observations[4 * episode.lowerBound + 1])
    }
    let second = seen.selecting(episodes: [1])
    #expect(second.count == 20 && second.observations == Array(seen.observations[80..<160]))
    #expect(second.choices == Array(seen.choices[20..<40]))
  }

  @Test("a teacher's own actions are kept")
  func vectors() throws {
    let seen = try swung()
    #expect(seen.vectors == [-0.75, -0.5, -0.25, 0, 0.25] && seen.choices.isEmpty)
  }

  @Test("what is written is read back", arguments: [true, false])
  func roundTrip(isDiscrete: Bool) throws {
    let seen = try isDiscrete ? balanced() : swung()
    let path = NSTemporaryDirectory() + "foal-demonstrations-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try seen.write(to: path)
    #expect(try Demonstrations(contentsOf: path) == seen)
  }

  @Test("damage is named")
  func damage() throws {
    func reading(_ change: (inout Safetensors) -> Void) throws -> DemonstrationsError? {
      var file = try balanced().file
      change(&file)
      return #expect(throws: DemonstrationsError.self) { try Demonstrations(file, from: "f") }
    }
    func values(_ shape: [Int], _ value: Float) -> Safetensors.Entry {
      Safetensors.Entry(
        shape: shape, values: Array(repeating: value, count: shape.reduce(1, *)))
    }
    #expect(
      try reading { $0.metadata = [:] }?.description.hasPrefix("f holds no demonstrations") == true)
    #expect(
      try reading { $0.metadata["foal.demonstrations"] = "{}" }
        == .notDemonstrations("f", reason: "its description cannot be read"))
    #expect(try reading { $0.entries["rewards"] = nil } == .missing("f", tensor: "rewards"))
    #expect(try reading { $0.entries["actions"] = nil } == .missing("f", tensor: "actions"))
    #expect(
      try reading { $0.entries["observations"] = values([80, 3], 0) }
        == .wrongShape("f", tensor: "observations", shape: [80, 3], expected: [80, 4]))
    #expect(
      try reading { $0.entries["nextObservations"] = values([80, 4], .nan) }
        == .notFinite("f", tensor: "nextObservations", step: 0))
    for wrong in [Float(2), -1, 0.5] {
      #expect(
        try reading { $0.entries["actions"] = values([80], wrong) }
          == .outsideSpace("f", tensor: "actions", step: 0))
    }
    #expect(try reading { $0.entries["ends"] = values([80], 3) } == .badEnd("f", step: 0))
    #expect(try reading { $0.entries["ends"] = values([80], 0) } == .badEnd("f", step: 79))
    #expect(throws: DemonstrationsError.self) {
      try Demonstrations(contentsOf: "/nowhere/at-all.safetensors")
    }
  }

  @Test("a cloned policy does what the expert does")
  func cloning() throws {
    let seen = try balanced(episodesPerSlot: 10)
    var cloning = BehaviorCloning()
    (cloning.hidden, cloning.updates, cloning.learningRate) = ([32], 600, 0.01)
    var random = RandomStream(seed: 2)
    let policy = try cloning.policy(from: seen, using: &random)
    let output = policy.network(
      policy.weights, Tensor([seen.count, 4], seen.observations)
    ).policy.argumentMaximum()
    let agreeing = zip(output, seen.choices).count { $0 == $1 }
    #expect(Float(agreeing) > 0.9 * Float(seen.count))
  }

  @Test("a cloned policy for a box has the teacher's mean")
  func continuousCloning() throws {
    let seen = try swung()
    var cloning = BehaviorCloning()
    (cloning.hidden, cloning.updates, cloning.learningRate) = ([32], 400, 0.01)
    var random = RandomStream(seed: 3)
    let policy = try cloning.policy(from: seen, using: &random)
    let means = policy.network(
      policy.weights, Tensor([seen.count, 3], seen.observations)
    ).policy.elements
    for (mean, action) in zip(means, seen.vectors) { #expect(abs(mean - action) < 0.15) }
  }
}
