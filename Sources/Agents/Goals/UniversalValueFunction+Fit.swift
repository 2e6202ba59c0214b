internal import Networks
public import Tensors

extension UniversalValueFunction {
  /// What the networks are regressed onto in the second of two stages.
  public struct EmbeddingTargets: Sendable {
    /// Features of states and of goals, `[N, stateFeatures]` and `[M, goalFeatures]`.
    public var states: Tensor
    public var goals: Tensor
    /// φ of every action in these states and ψ of these goals, `[N · actions, rank]` and
    /// `[M, rank]`.
    public var stateEmbeddings: Tensor
    public var goalEmbeddings: Tensor

    public init(states: Tensor, goals: Tensor, stateEmbeddings: Tensor, goalEmbeddings: Tensor) {
      self.states = states
      self.goals = goals
      self.stateEmbeddings = stateEmbeddings
      self.goalEmbeddings = goalEmbeddings
    }

    /// The factors of a matrix of values whose rows are the actions of states and whose columns
    /// are goals.
    public init(states: Tensor, goals: Tensor, factors: LowRankFactorization) {
      self.init(
        states: states, goals: goals,
        stateEmbeddings: Tensor([factors.rows, factors.rank], factors.left.map { Float($0) }),
        goalEmbeddings: Tensor([factors.columns, factors.rank], factors.right.map { Float($0) }))
    }
  }

  /// Values that the product of the embeddings is fitted to.
  public struct ValueTargets: Sendable {
    /// Features of states and of goals, `[N, stateFeatures]` and `[M, goalFeatures]`.
    public var states: Tensor
    public var goals: Tensor
    /// Q of every action in these states for each goal, `[N · actions, M]`.
    public var values: Tensor
    /// 1 where a value is known, 0 elsewhere, `[N · actions, M]`; nil if all are.
    public var known: Tensor?

    public init(states: Tensor, goals: Tensor, values: Tensor, known: Tensor? = nil) {
      self.states = states
      self.goals = goals
      self.values = values
      self.known = known
    }
  }

  /// Regresses both networks onto embeddings, by the sum of both mean squared errors.
  ///
  /// - Parameter onUpdate: called after each update with its number from 1 and the function so far;
  ///   the fit ends when it returns false.
  public mutating func fit(
    _ updates: Int, toEmbeddings targets: EmbeddingTargets, using random: inout RandomStream,
    onUpdate: (Int, UniversalValueFunction) -> Bool = { _, _ in true }
  ) {
    fit(updates, onUpdate) { function, weights in
      var batch = targets
      if let drawn = function.draw(targets.states, targets.goals, using: &random) {
        batch.states = targets.states.gathering(drawn.states)
        batch.goals = targets.goals.gathering(drawn.goals)
        batch.stateEmbeddings = targets.stateEmbeddings.gathering(function.rows(drawn.states))
        batch.goalEmbeddings = targets.goalEmbeddings.gathering(drawn.goals)
      }
      let state = function.stateEmbeddings(batch.states, weights) - batch.stateEmbeddings
      let goal = function.goalEmbeddings(batch.goals, weights) - batch.goalEmbeddings
      return state.squared().mean() + goal.squared().mean()
    }
  }

  /// Fits the product of the embeddings to values end to end, by their mean squared error.
  ///
  /// - Parameter onUpdate: as in ``fit(_:toEmbeddings:using:onUpdate:)``.
  public mutating func fit(
    _ updates: Int, toValues targets: ValueTargets, using random: inout RandomStream,
    onUpdate: (Int, UniversalValueFunction) -> Bool = { _, _ in true }
  ) {
    fit(updates, onUpdate) { function, weights in
      let (error, known): (Tensor, Tensor?)
      if let drawn = function.draw(targets.states, targets.goals, using: &random) {
        // Every drawn state goes with one drawn goal.
        let (rows, actions) = (function.rows(drawn.states), function.configuration.actions)
        let goals = rows.indices.map { Int32($0 / actions) }
        let columns = drawn.goals.flatMap { Array(repeating: $0, count: actions) }
        let state = function.stateEmbeddings(targets.states.gathering(drawn.states), weights)
        let goal = function.goalEmbeddings(targets.goals.gathering(drawn.goals), weights)
        error =
          (state * goal.gathering(goals)).sum(along: 1)
          - targets.values.gathering(rows).picking(columns)
        known = targets.known?.gathering(rows).picking(columns)
      } else {
        error = function.values(targets.states, targets.goals, weights) - targets.values
        known = targets.known
      }
      guard let known else { return error.squared().mean() }
      return (known * error.squared()).sum() / max(known.sum().item, 1)
    }
  }

  /// Draws the states and the goals of an update; nil if it sees all of them.
  private func draw(
    _ states: Tensor, _ goals: Tensor, using random: inout RandomStream
  ) -> (states: [Int32], goals: [Int32])? {
    guard let batch = configuration.batch else { return nil }
    var drawn = (
      states: [Int32](repeating: 0, count: batch), goals: [Int32](repeating: 0, count: batch)
    )
    random.fill(&drawn.states, below: states.shape[0])
    random.fill(&drawn.goals, below: goals.shape[0])
    return drawn
  }

  /// The rows of all actions of states.
  private func rows(_ states: [Int32]) -> [Int32] {
    let actions = Int32(configuration.actions)
    return states.flatMap { state in (0..<actions).map { state * actions + $0 } }
  }

  private mutating func fit(
    _ updates: Int, _ onUpdate: (Int, UniversalValueFunction) -> Bool,
    loss: (UniversalValueFunction, Weights) -> Tensor
  ) {
    var optimizer = Adam(count: weights.layout.count, epsilon: 1e-8)
    let schedule = Schedule.linear(from: configuration.learningRate, to: 0)
    for update in 0..<updates {
      let function = self
      let gradient = valueAndGradient(at: weights) { loss(function, $0) }.gradient
      optimizer.update(
        &weights, gradient: gradient, rate: schedule.value(at: Float(update) / Float(updates)))
      if !onUpdate(update + 1, self) { return }
    }
  }
}
