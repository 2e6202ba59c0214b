import Environments
import Tensors
import Testing

struct CatalogueTests {
  @Test(arguments: [
    ("cartpole", "cartpole"), ("CartPole-v1", "cartpole"), ("cartpole-v1", "cartpole"),
    ("Acrobot-v1", "acrobot"), ("MountainCar-v0", "mountain-car"),
    ("MOUNTAINCARCONTINUOUS-V0", "mountain-car-continuous"), ("Pendulum-v1", "pendulum"),
  ])
  func findsByNameAndAlias(asked: String, name: String) throws {
    #expect(try EnvironmentCatalogue.environment(named: asked).name == name)
  }

  @Test func anUnknownNameIsAnsweredWithTheNearest() {
    let error = #expect(throws: UnknownEnvironment.self) {
      try EnvironmentCatalogue.environment(named: "cartpol")
    }
    #expect(
      error?.description
        == "there is no environment \"cartpol\"; did you mean cartpole? Known: cartpole, acrobot, "
        + "mountain-car, mountain-car-continuous, pendulum, cartpole-swing-up, room-maze, bit-flip, "
        + "reach, disc-push")
    let far = #expect(throws: UnknownEnvironment.self) {
      try EnvironmentCatalogue.family(named: "chess")
    }
    #expect(
      far?.description
        == "there is no family \"chess\". Known: cartpole, playroom, playroom-hidden, "
        + "playroom-rules, playroom-told, playroom-blanked, playroom-objects, playroom-verbs, "
        + "playroom-depth, playroom-size, playroom-phrasing, playroom-permuted, "
        + "playroom-colorless, playroom-masked, playroom-scrambled")
  }

  @Test func entriesAreComplete() throws {
    for entry in EnvironmentCatalogue.all {
      #expect(!entry.summary.isEmpty && !entry.summary.contains("\n"))
      #expect(entry.score(of: entry.randomReturn) == 0)
      #expect(entry.score(of: entry.referenceReturn) == 1)
      var batch = entry.tasks.batch(split: .heldOut, slots: 3, random: RandomStream(seed: 1))
      #expect(batch.observationSpace == entry.tasks.observationSpace)
      var random = RandomStream(seed: 2)
      var actions = ActionBatch(entry.tasks.actionSpace, slots: 3)
      actions.drawUniformly(from: entry.tasks.actionSpace, using: &random)
      try batch.step(actions)
      #expect(batch.drawing(slot: 2) != nil)
    }
  }

  @Test func spacesReadAsText() throws {
    let car = try EnvironmentCatalogue.environment(named: "mountain-car")
    #expect(
      "\(car.tasks.observationSpace)" == "position [1] in -1.2...0.6, velocity [1] in -0.07...0.07")
    #expect("\(car.tasks.actionSpace)" == "one of 3")
    #expect("\(Pendulum().actionSpace)" == "-2.0...2.0")
  }

  @Test func randomReturnsAreAsMeasured() throws {
    for entry in EnvironmentCatalogue.all {
      var random = RandomStream(seed: 7)
      var batch = entry.tasks.batch(split: .heldOut, slots: 250, random: RandomStream(seed: 6))
      var actions = ActionBatch(entry.tasks.actionSpace, slots: 250)
      // Only each slot's first episodes count: short ones would be met more often otherwise.
      var returns: [Float] = []
      var met = Array(repeating: 0, count: 250)
      while met.contains(where: { $0 < 4 }) {
        actions.drawUniformly(from: entry.tasks.actionSpace, using: &random)
        try batch.step(actions)
        for episode in batch.buffers.finished where met[episode.slot] < 4 {
          met[episode.slot] += 1
          returns.append(episode.undiscountedReturn)
        }
        batch.buffers.finished.removeAll()
      }
      let mean = returns.reduce(0, +) / Float(returns.count)
      #expect(abs(entry.score(of: mean)) < 0.02)
    }
  }
}
