/// Three uses of reinforcement learning, which promise different things.
///
/// Source: the distinction is Lambert and Gilbert's.
public enum UseOfReinforcement: String, Sendable, Hashable, Codable, CaseIterable {
  /// A solver for a problem that is already stated as states, actions and rewards.
  case tool
  /// A way to state a problem that was not one of reward before.
  case framework
  /// A way to speak about learning, in people, animals or organisations.
  case metaphor

  /// What the use promises, in a sentence.
  public var words: String {
    switch self {
    case .tool:
      "Reinforcement learning is a tool here: it solves a problem that states, actions and rewards "
        + "already describe in full."
    case .framework:
      "Reinforcement learning is a framework here: states, actions and rewards are one way to put "
        + "the problem, chosen by its designers."
    case .metaphor:
      "Reinforcement learning is a metaphor here: it stands for how the system adapts, and promises "
        + "no more than the comparison."
    }
  }
}
