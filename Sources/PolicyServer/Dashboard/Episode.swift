internal import Environments
internal import Policies
internal import Tensors

/// What is to be watched or played.
struct EpisodeWish: Decodable, Sendable {
  /// An environment, or a family with `:family` behind its name where it needs that.
  var environment: String
  /// The number of a held-out task of a family; 0 if it is not given.
  var task: Int?
  /// Names the tasks and all randomness; 0 if it is not given.
  var seed: UInt64?
  /// Tries on the task, 1 to 20; 3 if it is not given.
  var tries: Int?
  /// `person`, `expert`, `random` or `agent`.
  var player: String
  /// The agent's name.
  var agent: String?
}

/// How an episode goes on.
struct EpisodeSteps: Decodable, Sendable {
  /// Steps, 1 to 100; 1 if it is not given. A person's action is repeated.
  var count: Int?
  /// A person's discrete action.
  var action: Int?
  /// A person's action in a box.
  var components: [Float]?
}

/// What is seen after a step, or at the start of a try.
struct EpisodeFrame: Encodable, Sendable {
  /// The number of the try, from 1.
  var `try`: Int
  /// Steps of the try so far.
  var step: Int
  /// The undiscounted sum of the try's rewards so far.
  var undiscountedReturn: Float
  /// What the step brought; nil at the start of a try.
  var reward: Float?
  /// What was done, by its place among discrete actions; nil for a box and at a start.
  var action: Int?
  /// The components of what was done in a box.
  var components: [Float]?
  /// How the try ended; nil while it goes on.
  var end: End?
  /// Whether all tries are over.
  var isOver: Bool
  /// The discrete actions that are allowed now; nil if all are.
  var allowed: [Int]?
  /// What it looks like now; of a try that has ended, what it looked like before its last step.
  var picture: Picture?

  /// How a try ended.
  struct End: Encodable, Sendable {
    /// Whether the task ended it; otherwise a limit cut it.
    var terminated: Bool
    /// Whether its return counts as solved; nil if there is no such level.
    var isSolved: Bool?
  }

  private enum CodingKeys: String, CodingKey {
    case undiscountedReturn = "return"
    case `try`, step, reward, action, components, end, isOver, allowed, picture
  }
}

/// The tries of an agent, an expert or a person on one task, one step at a time.
struct Episode: Sendable {
  /// Who acts.
  enum Player: Sendable {
    case person
    case expert
    case random
    case agent(Agent, memory: Tensor?)
  }

  private var batch: EnvironmentBatch
  private var player: Player
  private var random: RandomStream
  private var attempt = 0
  private var step = 0
  private var sum: Float = 0
  private(set) var isOver = false
  private let solvedReturn: Float?

  /// Begins the first try on a held-out task, as `foal watch` does with the same task and seed.
  init(
    _ player: Player, on tasks: TaskSource, task: Int, seed: UInt64, tries: Int
  ) {
    var trials = TrialSettings()
    if case .agent(let agent, _) = player { trials = agent.card.trials }
    trials.triesPerTask = tries
    trials.wipesMemoryEachTry = false
    let random = RandomStream(seed: seed).split("adaptation").split(task)
    batch = tasks.batch(
      tasks: [task], of: .heldOut, seed: seed, trials: trials, random: random.split("starts"))
    self.player = player
    self.random = random.split("actions")
    solvedReturn = tasks.solvedReturn
  }

  /// Whether a person acts.
  var isPlayed: Bool { if case .person = player { true } else { false } }
  /// The numbers that tell the task from others of its family.
  var parameters: [TaskParameter] { batch.taskParameters(slot: 0) }
  /// The number of tries.
  var tries: Int { batch.trials.triesPerTask }

  /// What is seen now.
  var frame: EpisodeFrame {
    EpisodeFrame(
      try: attempt + 1, step: step, undiscountedReturn: sum, isOver: isOver, allowed: allowed,
      picture: batch.drawing(slot: 0).map { Picture($0) })
  }

  private var allowed: [Int]? {
    guard !batch.buffers.masks.isEmpty else { return nil }
    return batch.buffers.masks.indices.filter { batch.buffers.masks[$0] != 0 }
  }

  /// Moves one step on.
  /// - Parameter wish: a person's action; what another player does, it decides itself.
  /// - Returns: what is seen then; behind the end of a try, also the start of the next.
  mutating func advance(_ wish: EpisodeSteps) throws -> [EpisodeFrame] {
    guard !isOver else { throw DashboardFailure(.conflict, "all tries are over") }
    let actions = try act(wish)
    let before = batch.drawing(slot: 0)
    do { try batch.step(actions) } catch {
      isOver = true
      throw DashboardFailure(.failed, "\(error)")
    }
    step += 1
    sum += batch.buffers.rewards[0]
    let ended = batch.buffers.finished.first
    batch.buffers.finished.removeAll(keepingCapacity: true)
    var frame = frame
    frame.reward = batch.buffers.rewards[0]
    frame.action = actions.indices.first.map(Int.init)
    frame.components = actions.components.isEmpty ? nil : actions.components
    guard let ended else { return [frame] }
    isOver = attempt + 1 >= tries
    frame.isOver = isOver
    frame.picture = before.map { Picture($0) }
    frame.undiscountedReturn = ended.undiscountedReturn
    frame.end = .init(
      terminated: ended.terminated,
      isSolved: solvedReturn.map { ended.undiscountedReturn >= $0 })
    guard !isOver else { return [frame] }
    attempt += 1
    step = 0
    sum = 0
    return [frame, self.frame]
  }

  private mutating func act(_ wish: EpisodeSteps) throws -> ActionBatch {
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    switch player {
    case .person: try write(wish, to: &actions)
    case .expert:
      guard batch.writeExpertActions(to: &actions) else {
        throw DashboardFailure(.badRequest, "there is no expert for this task")
      }
    case .random:
      actions.drawUniformly(
        from: batch.actionSpace, masks: batch.buffers.masks, using: &random)
    case .agent(let agent, let memory):
      let decision = agent.policy.decide(
        batch.buffers, memory: memory, greedy: true, using: &random)
      player = .agent(agent, memory: decision.memory)
      agent.policy.write(decision, to: &actions)
    }
    return actions
  }

  /// Writes a person's action, which may be anything.
  private func write(_ wish: EpisodeSteps, to actions: inout ActionBatch) throws {
    switch batch.actionSpace {
    case .discrete(let count, _):
      guard let action = wish.action, (0..<count).contains(action) else {
        throw DashboardFailure(
          .badRequest, "the step needs an \"action\" of 0 to \(count - 1)")
      }
      guard allowed?.contains(action) ?? true else {
        throw DashboardFailure(.badRequest, "action \(action) is not allowed now")
      }
      actions.indices[0] = Int32(action)
    case .box(let low, let high):
      guard let components = wish.components, components.count == low.count,
        zip(components, zip(low, high)).allSatisfy({ $1.0 <= $0 && $0 <= $1.1 })
      else {
        throw DashboardFailure(
          .badRequest, "the step needs \(low.count) \"components\" in \(batch.actionSpace)")
      }
      actions.components = components
    }
  }
}
