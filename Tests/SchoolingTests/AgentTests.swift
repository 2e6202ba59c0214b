import Agents
import Environments
import Foundation
import Networks
import Schooling
import Tensors
import Testing

@Suite("Agent")
struct AgentTests {
  private let path = FileManager.default.temporaryDirectory
    .appending(path: "agent-\(UUID().uuidString).safetensors").path

  /// Writes a file, reads it as an agent and expects an error.
  private func error(reading file: Safetensors) throws -> AgentError {
    try file.write(to: path)
    return try error()
  }

  private func error(reading bytes: [UInt8]) throws -> AgentError {
    try Data(bytes).write(to: URL(filePath: path))
    return try error()
  }

  private func error() throws -> AgentError {
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try #require(throws: AgentError.self) { try Agent(contentsOf: path) }
  }

  /// An agent's file whose card has been changed as text.
  private func file(replacing old: String, with new: String) throws -> Safetensors {
    var file = Agent.perfect().file
    let card = try #require(file.metadata["foal.agent"])
    try #require(card.contains(old))
    file.metadata["foal.agent"] = card.replacingOccurrences(of: old, with: new)
    return file
  }

  @Test("an agent that is written and read is the same, to the byte")
  func roundTrip() throws {
    let agent = Agent.perfect()
    try agent.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let read = try Agent(named: path)
    #expect(read.card == agent.card)
    #expect(read.policy.weights.values == agent.policy.weights.values)
    #expect(read.file.bytes() == agent.file.bytes())
    #expect(FileManager.default.contents(atPath: path) == Data(agent.file.bytes()))
  }

  @Test("an agent that learned to predict is stored without the heads for it")
  func withoutPredictions() throws {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 512)
    configuration.learner.slots = 8
    configuration.learner.rolloutSteps = 8
    configuration.learner.memory = 4
    configuration.learner.observationPredictionWeight = 0.5
    var pretraining = try Pretraining(on: .signs, configuration, seed: 1)
    let progress = try pretraining.iterate()
    #expect(progress.readings.contains { $0.name == "loss/observationPrediction" })
    let agent = pretraining.agent(named: "x")
    #expect(agent.file.entries.keys.allSatisfy { !$0.contains("predictor") })
    try agent.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try Agent(contentsOf: path).card == agent.card)
  }

  /// An agent that remembers by a transformer.
  private func transforming() -> Agent {
    var card = Agent.perfect().card
    card.network.memory = 4
    card.network.memoryKind = .transformer
    card.network.memoryWindow = 3
    let network = ActorCritic(card.network)
    var random = RandomStream(seed: 1)
    let weights = Weights(initializing: network.layout, using: &random)
    return Agent(
      card: card,
      policy: Policy(network: network, weights: weights, actionSpace: card.actionSpace))
  }

  @Test("an agent with a transformer is written and read; one without has no word of it")
  func transformer() throws {
    let agent = transforming()
    try agent.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let read = try Agent(contentsOf: path)
    #expect(read.card == agent.card && read.file.bytes() == agent.file.bytes())
    let settings = Evaluation.Settings(tasks: 5, tries: 2)
    #expect(
      try read.returns(on: .signs, settings) == agent.returns(on: .signs, settings))
    let card = try #require(Agent.perfect().file.metadata["foal.agent"])
    #expect(!card.contains("memoryKind") && !card.contains("memoryWindow"))
  }

  @Test(
    "a transformer that cannot be is refused",
    arguments: [
      ("\"memoryWindow\":3", "\"memoryWindow\":0"),
      ("\"memoryWindow\":3", "\"memoryWindow\":99999999"),
      ("\"memoryWindow\":3,", ""), ("\"memoryLayers\":1", "\"memoryLayers\":-1"),
      ("\"memoryHeads\":2", "\"memoryHeads\":3"), ("\"memoryHeads\":2", "\"memoryHeads\":0"),
      ("\"memory\":4", "\"memory\":0"), ("\"transformer\"", "\"elephant\""),
    ])
  func unsoundTransformer(old: String, new: String) throws {
    var file = transforming().file
    let card = try #require(file.metadata["foal.agent"])
    try #require(card.contains(old))
    file.metadata["foal.agent"] = card.replacingOccurrences(of: old, with: new)
    guard case .notAnAgent = try error(reading: file) else {
      Issue.record("expected no agent for \(new)")
      return
    }
  }

  @Test("a box without bounds is written and read")
  func unboundedBox() throws {
    let space = ActionSpace.box(low: [-.infinity, -1], high: [.infinity, 1])
    var card = Agent.perfect().card
    card.actionSpace = space
    card.network = .init(observationCount: 5, actions: .init(space), hidden: [3])
    let network = ActorCritic(card.network)
    var random = RandomStream(seed: 1)
    let weights = Weights(initializing: network.layout, using: &random)
    let agent = Agent(
      card: card, policy: Policy(network: network, weights: weights, actionSpace: space))
    try agent.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try Agent(contentsOf: path).card == card)
  }

  @Test("a name that is neither a file nor bundled is answered with what there is")
  func notFound() throws {
    let error = try #require(throws: AgentError.self) { try Agent(named: "no-such-agent") }
    #expect("\(error)".contains("\"no-such-agent\"") && "\(error)".contains("cartpole"))
  }

  @Test("what is not a safetensors file is unreadable")
  func unreadable() throws {
    let bytes = Agent.perfect().file.bytes()
    for content in [[], Array("hello, this is no agent".utf8), Array(bytes.dropLast(5))] {
      guard case .unreadable = try error(reading: content) else {
        Issue.record("expected an unreadable file")
        continue
      }
    }
    #expect(throws: AgentError.self) { try Agent(contentsOf: "/no/such/file") }
  }

  @Test("a safetensors file without a card, or with another's, is not an agent")
  func foreign() throws {
    var file = Agent.perfect().file
    for card in [nil, "", "{}", "[]", "7", "{\"name\": \"x\"}", "{\"network\""] {
      file.metadata["foal.agent"] = card
      guard case .notAnAgent = try error(reading: file) else {
        Issue.record("expected no agent for the card \(card ?? "nil")")
        continue
      }
    }
  }

  static let hostileChanges: [(String, String)] = [
    ("\"observationCount\":5", "\"observationCount\":999999999999"),
    ("\"observationCount\":5", "\"observationCount\":-5"),
    ("\"observationCount\":5", "\"observationCount\":4"),
    ("\"hidden\":[]", "\"hidden\":[9223372036854775807]"),
    ("\"hidden\":[]", "\"hidden\":[0]"), ("\"hidden\":[]", "\"hidden\":[-1]"),
    ("\"hidden\":[]", "\"hidden\":[\(Array(repeating: "8", count: 99).joined(separator: ","))]"),
    ("\"memory\":1", "\"memory\":-1"), ("\"memory\":1", "\"memory\":99999999"),
    ("\"memory\":1", "\"memory\":1e99"), ("\"trunk\":\"shared\"", "\"trunk\":\"separate\""),
    ("\"activation\":\"tanh\"", "\"activation\":\"sin\""),
    ("\"triesPerTask\":2", "\"triesPerTask\":0"), ("\"triesPerTask\":2", "\"triesPerTask\":-2"),
    ("\"showsHistory\":true", "\"showsHistory\":true,\"stepLimit\":-1"),
    ("\"shape\":[2]", "\"shape\":[-2]"),
    ("\"shape\":[2]", "\"shape\":[16777216,16777216,16777216]"),
    ("\"shape\":[2]", "\"shape\":[0]"),
    ("\"discrete\":{\"_0\":2", "\"discrete\":{\"_0\":-2"),
    ("\"discrete\":{\"_0\":2", "\"discrete\":{\"_0\":3"),
    ("\"steps\":0", "\"steps\":\"many\""), ("\"seed\":7", "\"seed\":-7"),
  ]

  @Test("a hostile card is refused, not followed", arguments: hostileChanges)
  func hostileCard(old: String, new: String) throws {
    let error = try error(reading: file(replacing: old, with: new))
    guard case .notAnAgent(_, let reason) = error else {
      Issue.record("expected no agent, got \(error)")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test("a box whose bounds are no bounds is refused")
  func hostileBox() throws {
    let boxes = [
      "\"low\":[-1,-1],\"high\":[1]", "\"low\":[1,1],\"high\":[-1,-1]", "\"low\":[],\"high\":[]",
      "\"low\":[\"nan\",0],\"high\":[1,1]",
    ]
    for box in boxes {
      var file = try file(
        replacing: "\"actionSpace\":{\"discrete\":{\"_0\":2,\"masked\":false}}",
        with: "\"actionSpace\":{\"box\":{\(box)}}")
      let card = try #require(file.metadata["foal.agent"])
      file.metadata["foal.agent"] = card.replacingOccurrences(of: "categorical", with: "gaussian")
      guard case .notAnAgent = try error(reading: file) else {
        Issue.record("expected no agent for \(box)")
        continue
      }
    }
  }

  @Test("a huge network without the weights for it is refused before memory is taken")
  func hugeNetwork() throws {
    let widths = Array(repeating: "8192", count: 16).joined(separator: ",")
    let error = try error(
      reading: file(replacing: "\"hidden\":[]", with: "\"hidden\":[\(widths)]"))
    #expect("\(error)".contains("trunk0.weight is missing"))
  }

  @Test("weights that are missing, superfluous, of other shapes or not finite are refused")
  func wrongWeights() throws {
    let whole = Agent.perfect().file
    let changes: [(String, (inout Safetensors) -> Void)] = [
      ("head.bias is missing", { $0.entries["head.bias"] = nil }),
      ("the file has 7 tensors", { $0.entries["extra"] = .init(shape: [1], values: [0]) }),
      ("head.bias has shape [2]", { $0.entries["head.bias"] = .init(shape: [2], values: [0, 0]) }),
      (
        "head.bias has elements that are not finite",
        { $0.entries["head.bias"] = .init(shape: [3], values: [0, .nan, 0]) }
      ),
      (
        "head.bias has elements that are not finite",
        { $0.entries["head.bias"] = .init(shape: [3], values: [0, .infinity, 0]) }
      ),
    ]
    #expect(whole.entries.count == 6)
    for (reason, change) in changes {
      var file = whole
      change(&file)
      let error = try error(reading: file)
      guard case .wrongWeights = error else {
        Issue.record("expected wrong weights, got \(error)")
        continue
      }
      #expect("\(error)".contains(reason))
    }
  }

  @Test("an agent is refused by tasks that show other things or take other actions")
  func otherSpaces() throws {
    let agent = Agent.perfect()
    try agent.check(actsIn: .signs)
    let error = try #require(throws: AgentError.self) {
      try agent.check(actsIn: TaskSource(CartPoleFamily()))
    }
    #expect("\(error)".contains("sees 5 numbers, the task shows 8"))
    #expect(throws: AgentError.self) {
      try Evaluation(agent, on: TaskSource(CartPoleFamily()), .init(tasks: 1, tries: 1))
    }
    var continuous = agent
    continuous.card.actionSpace = .box(low: [-1, -1], high: [1, 1])
    #expect(throws: AgentError.self) { try continuous.check(actsIn: .signs) }
  }
}
