public import Tensors

/// A bandit with Bernoulli arms: each pulled arm pays 1 with a probability of its own, else 0.
///
/// One pull is one try, so that K tries on a task are K pulls. There is nothing to see but what
/// the history shows: the last arm and the last reward.
public struct Bandit: Environment, Hashable, Codable {
  /// Nothing changes from pull to pull.
  public struct State: Sendable, Hashable, Codable {
    public init() {}
  }

  /// The probability of each arm to pay, in 0...1.
  public var probabilities: [Float]

  public init(_ probabilities: [Float]) {
    precondition(
      !probabilities.isEmpty && probabilities.allSatisfy { (0...1).contains($0) },
      "a bandit needs probabilities in 0...1, got \(probabilities)")
    self.probabilities = probabilities
  }

  /// One number that is always 0.
  public var observationSpace: ObservationSpace {
    ObservationSpace(.init("nothing", [1], in: 0...0))
  }
  public var actionSpace: ActionSpace { .discrete(probabilities.count) }

  public func reset(using random: inout RandomStream) -> State { State() }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    Outcome(reward: random.uniform() < probabilities[action.index] ? 1 : 0, terminated: true)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = 0
  }

  /// Pulls the arm that pays most often.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    return { _ in Action(best) }
  }
}

/// Bandits whose arms are drawn anew for each task.
///
/// Both splits draw from one distribution, as published: a continuous one never gives the same
/// task twice, but the pairs of a fixed gap are the same two tasks in both.
///
/// Sources: Duan et al. (2016), arXiv:1611.02779, for independent arms; Wang et al. (2016),
/// arXiv:1611.05763, for dependent pairs.
public struct BanditFamily: TaskFamily {
  /// How the arms' probabilities are drawn.
  public enum Arms: Sendable, Hashable, Codable {
    /// A number of arms, each uniform on 0...1.
    case independent(_ count: Int)
    /// Two arms of probabilities p and 1 - p.
    case dependent(Pair)
  }

  /// How p of a dependent pair is drawn.
  public enum Pair: String, Sendable, Hashable, Codable, CaseIterable {
    /// Uniform on 0...1.
    case uniform
    /// 0.1 or 0.9.
    case easy
    /// 0.25 or 0.75.
    case medium
    /// 0.4 or 0.6.
    case hard
  }

  public var arms: Arms

  public init(_ arms: Arms) {
    if case .independent(let count) = arms {
      precondition(count > 0, "a bandit needs at least one arm, got \(count)")
    }
    self.arms = arms
  }

  public var name: String {
    switch arms {
    case .independent(let count): "bandit-\(count)"
    case .dependent(let pair): "bandit-pair-\(pair.rawValue)"
    }
  }

  public func task(_ split: Split, using random: inout RandomStream) -> Bandit {
    switch arms {
    case .independent(let count):
      return Bandit((0..<count).map { _ in random.uniform() })
    case .dependent(let pair):
      let share = random.uniform()
      let first: Float =
        switch pair {
        case .uniform: share
        case .easy: share < 0.5 ? 0.1 : 0.9
        case .medium: share < 0.5 ? 0.25 : 0.75
        case .hard: share < 0.5 ? 0.4 : 0.6
        }
      return Bandit([first, 1 - first])
    }
  }
}
