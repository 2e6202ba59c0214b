import Agents
import Environments
import Foundation
import Networks
import Policies
import Schooling
import Tensors
import Testing

@Suite("FeedbackLearning")
struct FeedbackLearningTests {
  private let agent: Agent = {
    let observations = ObservationSpace(.init("state", [2]))
    let actions = ActionSpace.discrete(2)
    let configuration = ActorCritic.Configuration(
      observationCount: 2, actions: .categorical(2), hidden: [8], memory: 4)
    let network = ActorCritic(configuration)
    var random = RandomStream(seed: 1)
    let policy = Policy(
      network: network, weights: Weights(initializing: network.layout, using: &random),
      actionSpace: actions)
    let card = Agent.Card(
      name: "test", family: "test", algorithm: "none", seed: 1, steps: 0, network: configuration,
      trials: TrialSettings(triesPerTask: 2), observationSpace: observations,
      actionSpace: actions, trainingReturns: [])
    return Agent(card: card, policy: policy)
  }()

  /// Sessions of two tries in which one action was rewarded and the other was not.
  private func sessions(rewarding action: Int, reward: Float? = 1) -> [[FeedbackTry]] {
    (0..<16).map { session in
      (0..<2).map { trial in
        let actions = (0..<6).map { ($0 + session) % 2 }
        return FeedbackTry(
          session: "\(session)", trial: trial, sha256: "x", ending: "terminated",
          observations: actions.map { _ in [0.5, -0.5] }, actions: actions.map { .index($0) },
          logProbabilities: actions.map { _ in Float(0.5).logarithm },
          values: actions.map { _ in 0 },
          rewards: actions.map { chosen in reward.map { chosen == action ? $0 : -$0 } })
      }
    }
  }

  private func probability(of action: Int, _ agent: Agent) -> Float {
    let network = agent.policy.network
    let output = network(
      agent.policy.weights, Tensor([1, 2], [0.5, -0.5]), memory: network.emptyMemory(1),
      keep: .ones([1, 1]))
    return Categorical(logits: output.policy).logProbabilities.exp().elements[action]
  }

  private var learning: FeedbackLearning {
    var learning = FeedbackLearning()
    learning.anchor = 0.01
    learning.epochs = 30
    learning.learningRate = 3e-3
    return learning
  }

  @Test("makes what was rewarded more likely", arguments: [0, 1])
  func learns(_ action: Int) throws {
    let before = probability(of: action, agent)
    let (learned, outcome) = try learning.run(agent, on: sessions(rewarding: action))
    #expect(probability(of: action, learned) > before + 0.1)
    #expect(outcome.steps == 16 * 2 * 6)
    #expect(outcome.divergence > 0)
  }

  @Test("stays nearer to what it was under a firmer anchor")
  func anchored() throws {
    var firm = learning
    firm.anchor = 100
    let loose = try learning.run(agent, on: sessions(rewarding: 1)).outcome.divergence
    let held = try firm.run(agent, on: sessions(rewarding: 1)).outcome.divergence
    #expect(held < loose / 4)
  }

  @Test("gives the same agent for the same feedback and seed")
  func repeats() throws {
    let one = try learning.run(agent, on: sessions(rewarding: 1), seed: 3).agent
    let two = try learning.run(agent, on: sessions(rewarding: 1), seed: 3).agent
    #expect(one.policy.weights.values.elements == two.policy.weights.values.elements)
  }

  @Test("learns nothing from rewards that are missing")
  func missing() {
    #expect(throws: FeedbackError.nothingToLearn) {
      try learning.run(agent, on: sessions(rewarding: 1, reward: nil))
    }
  }

  @Test("refuses what is not the agent's")
  func foreign() throws {
    var wide = sessions(rewarding: 1)
    wide[0][0].observations[0] = [1, 2, 3]
    #expect(throws: FeedbackError.self) { try learning.run(agent, on: wide) }
    var unknown = sessions(rewarding: 1)
    unknown[0][0].actions[0] = .index(2)
    #expect(throws: FeedbackError.self) { try learning.run(agent, on: unknown) }
    var short = sessions(rewarding: 1)
    short[0][0].values.removeLast()
    #expect(throws: FeedbackError.self) { try learning.run(agent, on: short) }
  }
}

@Suite("FeedbackTry")
struct FeedbackTryTests {
  private func line(_ session: String, _ trial: Int, _ sha256: String = "a") -> String {
    #"""
    {"policy":"p","version":"1","sha256":"\#(sha256)","session":"\#(session)","trial":\#(trial),\#
    "ending":"open","observations":[[1]],"actions":[0],"log_probs":[0],"values":[0],"rewards":[null]}
    """# + "\n"
  }

  @Test("groups tries by session, in their order")
  func groups() throws {
    let text = line("x", 1) + line("y", 0) + line("x", 0) + line("z", 0, "b")
    let sessions = try FeedbackTry.sessions(in: text, of: "a")
    #expect(sessions.map { $0.map(\.trial) } == [[0, 1], [0]])
    #expect(try FeedbackTry.sessions(in: text, of: nil).count == 3)
    #expect(sessions[0][0].rewards == [nil])
  }

  @Test("passes over a line that is being written, and names one that is no try")
  func lines() throws {
    #expect(try FeedbackTry.sessions(in: line("x", 0) + #"{"ses"#, of: nil).count == 1)
    #expect(throws: FeedbackError.unreadable(line: 2)) {
      try FeedbackTry.sessions(in: line("x", 0) + "no try\n" + line("x", 1), of: nil)
    }
  }
}

extension Float {
  fileprivate var logarithm: Float { Float(log(Double(self))) }
}
