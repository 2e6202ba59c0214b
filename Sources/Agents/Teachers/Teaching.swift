public import Networks
package import Tensors

/// Teachers towards whose choices a learner's policy is drawn while it learns from rewards.
///
///     L = L_PPO − Σᵢ λᵢ · mean Σ_a π_Tᵢ(a|x)·log π(a|x)
///
/// over the learner's own steps: a teacher says what it would have done where the learner was. The
/// learner's network need not be like a teacher's, only observations and actions must be the same.
/// With λ falling to 0 the learner ends free of its teachers and can become better than they are.
///
/// For discrete actions. Set ``PPO/teaching`` before the first iteration.
///
/// Source: Schmitt et al. (2018), "Kickstarting deep reinforcement learning", arXiv:1803.03835.
public struct Teaching: Sendable {
  /// One teacher and how much it counts.
  public struct Teacher: Sendable {
    public var policy: Policy
    /// λ, 0 or more.
    public var coefficient: Schedule
    /// The fraction of the run, above 0, that the schedule lasts; its last value stays.
    public var fraction: Float
    /// The slots of each lane that it teaches, for example those with the one task that it knows;
    /// all if nil.
    public var slots: [Int]?

    public init(
      _ policy: Policy, coefficient: Schedule = .linear(from: 1, to: 0), over fraction: Float = 1,
      slots: [Int]? = nil
    ) {
      precondition(fraction > 0, "a schedule needs a fraction above 0 of the run, got \(fraction)")
      self.policy = policy
      self.coefficient = coefficient
      self.fraction = fraction
      self.slots = slots
    }

    /// λ when a fraction of the run is done.
    public func coefficient(at progress: Float) -> Float {
      coefficient.value(at: progress / fraction)
    }
  }

  public var teachers: [Teacher]
  /// How much the tasks' own experts count, who see everything; nil if they are not asked.
  public var expert: Expert?
  /// Whether rewards count at all; without them, what is left is policy distillation.
  ///
  /// Source: Rusu et al. (2016), arXiv:1511.06295.
  public var learnsFromReward: Bool

  public init(
    _ teachers: [Teacher] = [], expert: Expert? = nil, learnsFromReward: Bool = true
  ) {
    self.teachers = teachers
    self.expert = expert
    self.learnsFromReward = learnsFromReward
  }
}

extension Teaching {
  /// How much the tasks' experts count. An expert says what it would have done where the learner
  /// was: one choice, of which it is certain; where it knows no way any more it says nothing.
  ///
  /// An expert knows of a task what the learner must still find out. To imitate it with a memory is
  /// to act as what was seen so far makes likely to be right, as in posterior sampling.
  ///
  /// Source: Ross et al. (2011), DAgger, arXiv:1011.0686; over tries: Lee et al. (2023),
  /// arXiv:2306.14892.
  public struct Expert: Sendable, Hashable {
    /// λ, 0 or more.
    public var coefficient: Schedule
    /// The fraction of the run, above 0, that the schedule lasts; its last value stays.
    public var fraction: Float

    public init(
      coefficient: Schedule = .linear(from: 1, to: 0), over fraction: Float = 1
    ) {
      precondition(fraction > 0, "a schedule needs a fraction above 0 of the run, got \(fraction)")
      self.coefficient = coefficient
      self.fraction = fraction
    }

    /// λ when a fraction of the run is done.
    public func coefficient(at progress: Float) -> Float {
      coefficient.value(at: progress / fraction)
    }
  }
}

/// What the teachers say about a lane's rollout.
package struct Lessons: Sendable {
  /// Σᵢ λᵢ·π_Tᵢ(a|x) for each step, `[T · B, choices]`.
  private(set) var pull = Tensor(0)
  let learnsFromReward: Bool
  /// The memory of each teacher after the rollout, `[B, memory]`; nil without one.
  var memories: [Tensor?]

  init(_ teaching: Teaching, slots: Int) {
    learnsFromReward = teaching.learnsFromReward
    memories = teaching.teachers.map { $0.policy.network.emptyMemory(slots) }
  }

  /// Lets every teacher that counts go through a rollout.
  mutating func assess(_ rollout: Rollout, _ teaching: Teaching, progress: Float) {
    precondition(!rollout.choices.isEmpty, "teachers need discrete actions")
    let shape = Shape(rollout.steps, rollout.slots, rollout.actionCount)
    let observations = Tensor(Shape(shape[0] * shape[1], rollout.width), rollout.observations)
    let keep = Tensor(Shape(shape[0], shape[1]), rollout.keep)
    var total = Tensor.zeros(shape)
    for (index, teacher) in teaching.teachers.enumerated() {
      let coefficient = teacher.coefficient(at: progress)
      // A teacher whose time is over need not be asked any more.
      if coefficient == 0 { continue }
      let policy = teacher.policy
      let output = policy.network(
        policy.weights, observations, memory: memories[index], keep: keep)
      memories[index] = output.memory
      let choices = Categorical(
        logits: rollout.masks.isEmpty
          ? output.policy
          : output.policy + 1e9 * (Tensor(output.policy.shape, rollout.masks) - 1))
      var taught = [Float](repeating: teacher.slots == nil ? coefficient : 0, count: shape[1])
      for slot in teacher.slots ?? [] { taught[slot] = coefficient }
      total =
        total + Tensor(Shape(shape[1], 1), taught)
        * choices.logProbabilities.exp().reshaped(to: shape)
    }
    total = total + expertPull(rollout, teaching.expert?.coefficient(at: progress) ?? 0)
    pull = total.reshaped(to: Shape(shape[0] * shape[1], shape[2]))
  }

  /// λ at the expert's choices, `[T, B, choices]`; a single 0 if it was not asked.
  private func expertPull(_ rollout: Rollout, _ coefficient: Float) -> Tensor {
    guard !rollout.expertChoices.isEmpty else { return Tensor(0) }
    return Tensor(Shape(rollout.steps, rollout.slots, rollout.actionCount)) { elements in
      for index in elements.indices { elements[index] = 0 }
      for (row, choice) in rollout.expertChoices.enumerated() where choice >= 0 {
        elements[row * rollout.actionCount + Int(choice)] = coefficient
      }
    }
  }

  /// The cross-entropy term of a minibatch.
  ///
  /// - Parameters:
  ///   - pull: the rows of the minibatch, `[N, choices]`.
  ///   - logits: the learner's, `[N, choices]`.
  ///   - allowed: 1 for each allowed choice, `[N, choices]`; nil if all are.
  package static func loss(_ pull: Tensor, logits: Tensor, allowed: Tensor?) -> Tensor {
    let choices =
      allowed.map { Categorical(logits: logits, allowed: $0) } ?? Categorical(logits: logits)
    return -1 / Float(logits.shape[0]) * (pull * choices.logProbabilities).sum()
  }
}
