public import Tensors

/// The two-step task: a choice leads to one of two places by chance, and the place pays by chance.
///
/// A trial has two steps. In the first stage action 0 leads to place A and action 1 to place B with
/// the common probability, else to the other one. In the second stage any action collects the
/// reward: 1 with a high probability in the good place and with a low one in the other, else 0.
/// Before each trial after the first the two places may change their roles.
///
/// Whoever only remembers what a choice was followed by repeats it after a reward. Whoever knows
/// how choices lead to places repeats it after a reward only if the place was the common one.
///
/// Sources: Daw et al. (2011), doi:10.1016/j.neuron.2011.02.027; in this form Wang et al. (2018),
/// doi:10.1038/s41593-018-0147-8.
public struct TwoStepTask: Environment, Hashable, Codable {
  /// Where an episode is.
  public struct State: Sendable, Hashable, Codable {
    /// 0 in the first stage, 1 in place A and 2 in place B.
    public var stage: Int
    /// Whether A is the good place.
    public var firstIsGood: Bool
    /// The trials done.
    public var trial: Int

    public init(stage: Int = 0, firstIsGood: Bool, trial: Int = 0) {
      self.stage = stage
      self.firstIsGood = firstIsGood
      self.trial = trial
    }
  }

  /// The probability that a choice leads to its own place.
  public var commonProbability: Float
  /// The probability of the good place to pay; the other pays with what is left to 1.
  public var rewardProbability: Float
  /// The probability before a trial that the places change their roles.
  public var swapProbability: Float
  /// The number of trials of an episode.
  public var trials: Int

  public init(
    commonProbability: Float = 0.8, rewardProbability: Float = 0.9,
    swapProbability: Float = 0.025, trials: Int = 100
  ) {
    self.commonProbability = commonProbability
    self.rewardProbability = rewardProbability
    self.swapProbability = swapProbability
    self.trials = trials
  }

  /// 1 for the stage: the first, place A or place B.
  public var observationSpace: ObservationSpace {
    ObservationSpace(.init("stage", [3], in: 0...1))
  }
  public var actionSpace: ActionSpace { .discrete(2) }

  public func reset(using random: inout RandomStream) -> State {
    State(firstIsGood: random.uniform() < 0.5)
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    if state.stage == 0 {
      let isCommon = random.uniform() < commonProbability
      state.stage = (action.index == 0) == isCommon ? 1 : 2
      return Outcome(reward: 0)
    }
    let isGood = (state.stage == 1) == state.firstIsGood
    let pays = random.uniform() < (isGood ? rewardProbability : 1 - rewardProbability)
    state.stage = 0
    state.trial += 1
    if random.uniform() < swapProbability { state.firstIsGood.toggle() }
    return Outcome(reward: pays ? 1 : 0, terminated: state.trial == trials)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for stage in 0..<3 { observation[stage] = stage == state.stage ? 1 : 0 }
  }

  /// Knows which place is the good one.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    { state in Action(state.firstIsGood ? 0 : 1) }
  }
}

/// A trial of the two-step task, as it was seen from outside.
public struct TwoStepTrial: Sendable, Hashable {
  /// The action of the first stage, 0 or 1.
  public var choice: Int
  /// The place that it led to, 0 for A and 1 for B.
  public var place: Int
  public var isRewarded: Bool

  public init(choice: Int, place: Int, isRewarded: Bool) {
    self.choice = choice
    self.place = place
    self.isRewarded = isRewarded
  }

  /// Whether the choice led to its own place.
  public var isCommon: Bool { choice == place }
}

/// How often a choice of the two-step task is repeated after each of the four kinds of trials.
public struct StayProbabilities: Sendable, Hashable {
  /// How often a choice was repeated and how often it could have been, by kind: rewarded and
  /// common, rewarded and uncommon, unrewarded and common, unrewarded and uncommon.
  private var stays = [0, 0, 0, 0]
  private var chances = [0, 0, 0, 0]

  public init() {}

  /// Adds an episode's trials, in the order of time.
  public mutating func add(_ trials: [TwoStepTrial]) {
    for (trial, next) in zip(trials, trials.dropFirst()) {
      let kind = (trial.isRewarded ? 0 : 2) + (trial.isCommon ? 0 : 1)
      chances[kind] += 1
      stays[kind] += trial.choice == next.choice ? 1 : 0
    }
  }

  /// The share of repeated choices after a kind of trials; not a number if there were none.
  public subscript(rewarded isRewarded: Bool, common isCommon: Bool) -> Double {
    let kind = (isRewarded ? 0 : 2) + (isCommon ? 0 : 1)
    return Double(stays[kind]) / Double(chances[kind])
  }

  /// What knowledge of the transitions shows in: how much more a reward makes one stay after a
  /// common transition than after an uncommon one. 0 for whoever only remembers rewards.
  public var interaction: Double {
    self[rewarded: true, common: true] - self[rewarded: true, common: false]
      - self[rewarded: false, common: true] + self[rewarded: false, common: false]
  }

  /// How much more a reward makes one stay, whatever the transition was.
  public var rewardEffect: Double {
    (self[rewarded: true, common: true] + self[rewarded: true, common: false]
      - self[rewarded: false, common: true] - self[rewarded: false, common: false]) / 2
  }
}
