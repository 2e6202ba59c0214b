public import Tensors

/// A Markov decision process of few states and actions, given by its tables, for a fixed number of
/// steps.
///
///     s′ ~ P(s, a, ·)      r ~ N(R(s, a), 1)
///
/// Every try starts in state 0 and terminates after ``horizon`` steps; the agent sees which state
/// it is in.
public struct TabularMDP: Environment, Hashable, Codable {
  /// Where a try is.
  public struct State: Sendable, Hashable, Codable {
    /// The state, 0..<states.
    public var index: Int
    /// The steps taken so far.
    public var step: Int

    public init(index: Int = 0, step: Int = 0) {
      self.index = index
      self.step = step
    }
  }

  /// The number of states.
  public let states: Int
  /// The number of actions.
  public let actions: Int
  /// The number of steps of a try.
  public let horizon: Int
  /// P, the probability of each next state, `[states, actions, states]`.
  public let transitions: [Float]
  /// R, the mean reward, `[states, actions]`.
  public let rewards: [Float]

  public init(states: Int, actions: Int, horizon: Int, transitions: [Float], rewards: [Float]) {
    precondition(
      states > 0 && actions > 0 && horizon > 0
        && transitions.count == states * actions * states && rewards.count == states * actions,
      "\(states) states and \(actions) actions do not fit tables of \(transitions.count) and "
        + "\(rewards.count)")
    self.states = states
    self.actions = actions
    self.horizon = horizon
    self.transitions = transitions
    self.rewards = rewards
  }

  /// 1 for the present state, 0 for the others.
  public var observationSpace: ObservationSpace {
    ObservationSpace(.init("state", [states], in: 0...1))
  }
  public var actionSpace: ActionSpace { .discrete(actions) }

  public func reset(using random: inout RandomStream) -> State { State() }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let row = state.index * actions + action.index
    var share = random.uniform()
    var next = 0
    while next < states - 1 {
      share -= transitions[row * states + next]
      if share < 0 { break }
      next += 1
    }
    state.index = next
    state.step += 1
    return Outcome(reward: rewards[row] + random.normal(), terminated: state.step == horizon)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in 0..<states { observation[index] = index == state.index ? 1 : 0 }
  }

  /// Acts by ``finiteHorizonPolicy(states:actions:horizon:transitions:rewards:)``.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    let policy = finiteHorizonPolicy(
      states: states, actions: actions, horizon: horizon, transitions: transitions.map(Double.init),
      rewards: rewards.map(Double.init))
    return { state in Action(policy[state.step * self.states + state.index]) }
  }
}

/// The best action in each state of a known Markov decision process with some steps to go, by
/// induction from the last step back.
///
///     V_H = 0      V_t(s) = max_a R(s, a) + Σ P(s, a, s′)·V_{t+1}(s′)
///
/// - Parameters:
///   - transitions: P, `[states, actions, states]`.
///   - rewards: R, `[states, actions]`.
/// - Returns: actions, `[horizon, states]`.
/// - Complexity: O(horizon · states² · actions).
public func finiteHorizonPolicy(
  states: Int, actions: Int, horizon: Int, transitions: [Double], rewards: [Double]
) -> [Int] {
  var policy = [Int](repeating: 0, count: horizon * states)
  var values = [Double](repeating: 0, count: states)
  var next = values
  let (transitions, rewards) = (transitions.span, rewards.span)
  for step in (0..<horizon).reversed() {
    swap(&values, &next)
    for state in 0..<states {
      var best = -Double.infinity
      for action in 0..<actions {
        let row = state * actions + action
        var value = rewards[row]
        for following in 0..<states {
          value += transitions[row * states + following] * next[following]
        }
        if value > best {
          best = value
          policy[step * states + state] = action
        }
      }
      values[state] = best
    }
  }
  return policy
}

/// Random Markov decision processes: transitions from a flat Dirichlet distribution, mean rewards
/// from N(1, 1). Both splits draw from one distribution, which gives no task twice.
///
/// Source: Duan et al. (2016), arXiv:1611.02779; after Osband et al. (2013), arXiv:1306.0940.
public struct RandomMDPFamily: TaskFamily {
  public var states: Int
  public var actions: Int
  /// The number of steps of a try.
  public var horizon: Int

  public init(states: Int = 10, actions: Int = 5, horizon: Int = 10) {
    self.states = states
    self.actions = actions
    self.horizon = horizon
  }

  public var name: String { "random-mdp" }

  public func task(_ split: Split, using random: inout RandomStream) -> TabularMDP {
    let flat = [Double](repeating: 1, count: states)
    var transitions: [Float] = []
    transitions.reserveCapacity(states * actions * states)
    for _ in 0..<states * actions {
      transitions.append(contentsOf: random.dirichlet(flat).lazy.map { Float($0) })
    }
    let rewards = (0..<states * actions).map { _ in 1 + random.normal() }
    return TabularMDP(
      states: states, actions: actions, horizon: horizon, transitions: transitions,
      rewards: rewards)
  }
}
