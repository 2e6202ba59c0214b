public import Environments
internal import Foundation
public import Networks
public import Tensors

/// A trained agent: its weights, and all that is needed to use and judge it.
///
/// An agent is stored as one safetensors file. The weights are its tensors, by their names in the
/// network; the card is JSON in the file's metadata. The file holds data only.
public struct Agent: Sendable {
  /// What is known of an agent besides its weights.
  public struct Card: Sendable, Hashable, Codable {
    /// The agent's name.
    public var name: String
    /// The family or the environment that it was trained on.
    public var family: String
    /// The algorithm that trained it.
    public var algorithm: String
    /// The seed of its training.
    public var seed: UInt64
    /// The environment steps of its training.
    public var steps: Int
    /// The network's sizes.
    public var network: ActorCritic.Configuration
    /// How tasks were presented to it.
    public var trials: TrialSettings
    /// What it sees, the history included.
    public var observationSpace: ObservationSpace
    /// What it can do.
    public var actionSpace: ActionSpace
    /// The mean return of each try over the last tries of its training.
    public var trainingReturns: [Float]
    /// Whether it acts by drawing from its policy; if not, as without a value, it takes the most
    /// probable action. Who sees only a part of its world can turn in circles without chance.
    public var drawsActions: Bool?

    public init(
      name: String, family: String, algorithm: String, seed: UInt64, steps: Int,
      network: ActorCritic.Configuration, trials: TrialSettings,
      observationSpace: ObservationSpace, actionSpace: ActionSpace, trainingReturns: [Float],
      drawsActions: Bool? = nil
    ) {
      self.name = name
      self.family = family
      self.algorithm = algorithm
      self.seed = seed
      self.steps = steps
      self.network = network
      self.trials = trials
      self.observationSpace = observationSpace
      self.actionSpace = actionSpace
      self.trainingReturns = trainingReturns
      self.drawsActions = drawsActions
    }
  }

  /// What is known of the agent.
  public var card: Card
  /// How it acts.
  public var policy: Policy

  /// Whether it takes the most probable action instead of a drawn one.
  public var isGreedy: Bool { card.drawsActions != true }

  public init(card: Card, policy: Policy) {
    self.card = card
    self.policy = policy
  }
}

/// Why an agent could not be read or used.
public enum AgentError: Error, Sendable, CustomStringConvertible {
  /// There is no file of this name and no bundled agent either.
  case notFound(String, bundled: [String])
  /// The file is not a safetensors file.
  case unreadable(String, SafetensorsError)
  /// The file is a safetensors file but not an agent.
  case notAnAgent(String, reason: String)
  /// A tensor is missing, superfluous, not finite or of another shape than the network's.
  case wrongWeights(String, reason: String)
  /// The agent was made for other observations or actions.
  case wrongSpaces(agent: String, family: String, reason: String)

  public var description: String {
    switch self {
    case .notFound(let name, let bundled):
      "there is no agent file \"\(name)\"; bundled agents: \(bundled.joined(separator: ", "))"
    case .unreadable(let path, let error): "\(path) is not a readable agent: \(error)"
    case .notAnAgent(let path, let reason): "\(path) is not an agent: \(reason)"
    case .wrongWeights(let path, let reason): "the weights in \(path) do not fit: \(reason)"
    case .wrongSpaces(let agent, let family, let reason):
      "agent \(agent) cannot act in \(family): \(reason)"
    }
  }
}

extension Agent {
  /// The names of the agents that come with Foal.
  public static let bundledNames = ["cartpole", "playroom"]

  private static let cardKey = "foal.agent"

  /// Reads a file, or else the bundled agent of that name.
  public init(named name: String) throws(AgentError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), !isFolder.boolValue {
      try self.init(contentsOf: name)
    } else if let path = Agent.bundledPath(name) {
      try self.init(contentsOf: path)
    } else {
      throw .notFound(name, bundled: Agent.bundledNames)
    }
  }

  /// The file of a bundled agent; nil if there is none of that name.
  package static func bundledPath(_ name: String) -> String? {
    guard bundledNames.contains(name) else { return nil }
    return Bundle.module.path(forResource: name, ofType: "safetensors", inDirectory: "Bundled")
  }

  /// Reads an agent's file.
  public init(contentsOf path: String) throws(AgentError) {
    let file: SafetensorsFile
    do { file = try SafetensorsFile(contentsOf: path) } catch { throw .unreadable(path, error) }
    guard let text = file.metadata[Agent.cardKey] else {
      throw .notAnAgent(path, reason: "its metadata has no \"\(Agent.cardKey)\"")
    }
    let card: Card
    do {
      card = try Card.decoder.decode(Card.self, from: Data(text.utf8))
    } catch {
      throw .notAnAgent(path, reason: "its card cannot be read")
    }
    if let reason = card.defect { throw .notAnAgent(path, reason: reason) }
    let network = ActorCritic(card.network)
    let weights = try Agent.weights(of: network.layout, in: file, path)
    self.init(
      card: card,
      policy: Policy(
        network: network, weights: Weights(weights, layout: network.layout),
        actionSpace: card.actionSpace))
  }

  /// Reads a network's weights from a file that has just these: each to its place, so that they are
  /// in memory once.
  private static func weights(
    of layout: WeightLayout, in file: SafetensorsFile, _ path: String
  ) throws(AgentError) -> Tensor {
    for parameter in layout.parameters {
      guard let shape = file.shapes[parameter.name] else {
        throw .wrongWeights(path, reason: "\(parameter.name) is missing")
      }
      guard shape == parameter.shape.array else {
        throw .wrongWeights(
          path,
          reason: "\(parameter.name) has shape \(shape), the network's is \(parameter.shape)")
      }
    }
    guard file.shapes.count == layout.parameters.count else {
      throw .wrongWeights(
        path,
        reason: "the file has \(file.shapes.count) tensors, the network "
          + "\(layout.parameters.count)")
    }
    var weights = Tensor(ownStorage: Shape([layout.count]))
    for parameter in layout.parameters {
      let start = parameter.position
      do {
        try file.read(parameter.name, into: &weights, at: start)
      } catch {
        throw .unreadable(path, error)
      }
      let values = weights.span
      guard (start..<start + parameter.shape.count).allSatisfy({ values[$0].isFinite }) else {
        throw .wrongWeights(path, reason: "\(parameter.name) has elements that are not finite")
      }
    }
    return weights
  }

  /// The agent as a file's content; the same agent always gives the same bytes.
  public var file: Safetensors {
    var entries: [String: Safetensors.Entry] = [:]
    for parameter in policy.network.layout.parameters {
      entries[parameter.name] = Safetensors.Entry(
        shape: parameter.shape.array, values: policy.weights[parameter].elements)
    }
    guard let text = try? Card.encoder.encode(card) else {
      preconditionFailure("a card is made of strings and numbers, which can always be encoded")
    }
    return Safetensors(
      entries: entries, metadata: [Agent.cardKey: String(decoding: text, as: UTF8.self)])
  }

  /// Writes the agent's file: whole, or not at all.
  public func write(to path: String) throws(SafetensorsError) {
    try file.write(to: path)
  }

  /// Checks that the agent can see and act in the tasks of a source.
  public func check(actsIn tasks: TaskSource) throws(AgentError) {
    let seen = EnvironmentBatch.observationSpace(
      tasks.observationSpace, tasks.actionSpace, card.trials)
    guard seen.segments.map(\.shape) == card.observationSpace.segments.map(\.shape) else {
      throw .wrongSpaces(
        agent: card.name, family: tasks.name,
        reason: "it sees \(card.observationSpace.count) numbers, the task shows \(seen.count)")
    }
    guard card.actionSpace.acts(in: tasks.actionSpace) else {
      throw .wrongSpaces(
        agent: card.name, family: tasks.name,
        reason: "it acts in \(card.actionSpace), the task needs \(tasks.actionSpace)")
    }
  }
}

extension ActionSpace {
  /// Whether every action of this space is one of another's, and as many. A mask may differ.
  fileprivate func acts(in other: ActionSpace) -> Bool {
    switch (self, other) {
    case (.discrete(let count, _), .discrete(let otherCount, _)): count == otherCount
    case (.box(let low, let high), .box(let otherLow, let otherHigh)):
      low == otherLow && high == otherHigh
    default: false
    }
  }

  /// Whether a space that was read from a file is one.
  fileprivate var isSound: Bool {
    switch self {
    case .discrete(let count, _): count >= 1
    case .box(let low, let high):
      (1...Action.maximumComponents).contains(low.count) && low.count == high.count
        && zip(low, high).allSatisfy { $0 <= $1 }
    }
  }
}

extension Agent.Card {
  /// Bounds of a box may be infinite, for which JSON has no number.
  fileprivate static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  fileprivate static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  /// What is wrong with a card that was read from a file; nil if it describes a network that can
  /// be made.
  fileprivate var defect: String? {
    let widths = network.hidden + [network.observationCount, network.actions.count]
    guard widths.allSatisfy({ (1...8192).contains($0) }), network.hidden.count <= 16,
      (0...8192).contains(network.memory)
    else { return "its network has a width outside 1...8192" }
    guard network.memory == 0 || network.trunk == .shared else {
      return "its network has a memory without a shared trunk"
    }
    guard network.memoryKind == .gru || network.remembersSoundly else {
      return "its network has a transformer of sizes that none can have"
    }
    guard network.observationCount == observationSpace.count else {
      return "its network reads \(network.observationCount) numbers of an observation of "
        + "\(observationSpace.count)"
    }
    guard network.parts.isEmpty || network.readsSoundly(observationSpace.count) else {
      return "its network does not read what is observed"
    }
    guard actionSpace.isSound, network.actions == ActorCritic.Actions(actionSpace) else {
      return "its network's actions are not those of its action space"
    }
    guard trials.triesPerTask >= 1, trials.stepLimit ?? 1 >= 1 else {
      return "its trial settings are out of range"
    }
    return nil
  }
}

extension ActorCritic.Configuration {
  /// Whether a transformer can be made for a memory.
  fileprivate var remembersSoundly: Bool {
    memory >= 1 && (1...65536).contains(memoryWindow) && (1...64).contains(memoryLayers)
      && memoryHeads >= 1 && memory % memoryHeads == 0
      && memory * memoryWindow * memoryLayers <= 1 << 28
  }

  /// Whether there is at most one moment, behind a grid whose first planes are of the same kinds.
  private var remembersLikeFirstGrid: Bool {
    var (grid, count): (ObservationPart?, Int) = (nil, 0)
    for part in parts {
      if case .grid = part, grid == nil { grid = part }
      guard case .moment(_, let height, let width, let kinds) = part else { continue }
      count += 1
      guard case .grid(height, width, let planes) = grid, planes.starts(with: kinds) else {
        return false
      }
    }
    return count <= 1
  }

  /// Whether the parts of an observation are such that a network can be made for them.
  fileprivate func readsSoundly(_ count: Int) -> Bool {
    let sizes = parts.flatMap { part -> [Int] in
      switch part {
      case .numbers(let count): [count]
      case .grid(let height, let width, let kinds): [height, width, kinds.count] + kinds
      case .symbols(let count, let kinds): [count, kinds]
      case .words(let sentences, let length, let vocabulary): [sentences, length - 2, vocabulary]
      case .moment(let numbers, let height, let width, let kinds):
        [numbers, height, width, kinds.count] + kinds
      }
    }
    let isBounded = (sizes + [symbolWidth, contextWidth]).allSatisfy { (1...8192).contains($0) }
    return isBounded && parts.count <= 64 && trunk == .shared && remembersLikeFirstGrid
      && parts.reduce(0, { $0 + $1.count }) == count
  }
}
