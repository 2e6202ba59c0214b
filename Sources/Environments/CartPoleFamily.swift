public import Tensors

/// Cart-poles of other worlds: gravity, masses, length, force, friction and the meaning of the
/// two actions differ from task to task.
///
/// Tasks of the train split are uniform over ``trainRanges``, but never near Gymnasium's own
/// cart-pole: a task is left out if gravity, both masses, half-length and force all lie within
/// 10 % of Gymnasium's. Tasks of the held-out split are uniform over ``heldOutRanges`` and are
/// kept only if the train split cannot have them: outside the train ranges in at least one
/// parameter, or near Gymnasium's. So ``gymnasium`` itself is held out.
public struct CartPoleFamily: TaskFamily {
  /// The parameters' ranges, in the units of ``CartPole``.
  public struct Ranges: Sendable, Hashable {
    public var gravity: ClosedRange<Double>
    public var cartMass: ClosedRange<Double>
    public var poleMass: ClosedRange<Double>
    public var halfLength: ClosedRange<Double>
    public var forceMagnitude: ClosedRange<Double>
    public var friction: ClosedRange<Double>

    /// Whether all of a task's parameters lie within the ranges.
    public func contains(_ task: CartPole) -> Bool {
      gravity.contains(task.gravity) && cartMass.contains(task.cartMass)
        && poleMass.contains(task.poleMass) && halfLength.contains(task.halfLength)
        && forceMagnitude.contains(task.forceMagnitude) && friction.contains(task.friction)
    }
  }

  /// Gymnasium's CartPole-v1, a task of the held-out split.
  public static let gymnasium = CartPole.gymnasium

  /// What tasks to learn from are drawn from.
  public static let trainRanges = Ranges(
    gravity: 5...15, cartMass: 0.5...2, poleMass: 0.05...0.3, halfLength: 0.25...1,
    forceMagnitude: 5...15, friction: 0...0.5)

  /// What tasks to be tested on are drawn from.
  public static let heldOutRanges = Ranges(
    gravity: 4...18, cartMass: 0.4...2.5, poleMass: 0.03...0.5, halfLength: 0.2...1.3,
    forceMagnitude: 4...18, friction: 0...1)

  /// The box around Gymnasium's parameters that the train split leaves out, at any friction.
  public static let excludedRanges = Ranges(
    gravity: 9.8 * 0.9...9.8 * 1.1, cartMass: 0.9...1.1, poleMass: 0.09...0.11,
    halfLength: 0.45...0.55, forceMagnitude: 9...11, friction: 0...Double.infinity)

  public init() {}

  public var name: String { "cartpole" }

  /// Whether a split can draw a task. No task is in both splits.
  public func contains(_ task: CartPole, in split: Split) -> Bool {
    guard abs(task.actionSign) == 1 else { return false }
    let trained =
      CartPoleFamily.trainRanges.contains(task) && !CartPoleFamily.excludedRanges.contains(task)
    return switch split {
    case .train: trained
    case .heldOut: CartPoleFamily.heldOutRanges.contains(task) && !trained
    }
  }

  public func task(_ split: Split, using random: inout RandomStream) -> CartPole {
    let ranges = split == .train ? CartPoleFamily.trainRanges : CartPoleFamily.heldOutRanges
    while true {
      let task = CartPole(
        gravity: random.uniform(ranges.gravity), cartMass: random.uniform(ranges.cartMass),
        poleMass: random.uniform(ranges.poleMass), halfLength: random.uniform(ranges.halfLength),
        forceMagnitude: random.uniform(ranges.forceMagnitude),
        friction: random.uniform(ranges.friction),
        actionSign: random.integer(below: 2) == 0 ? 1 : -1)
      if contains(task, in: split) { return task }
    }
  }
}

extension CartPoleFamily: EditableFamily {
  /// Moves one parameter by up to a fifth of the width of its range, within the train split.
  public func edited(_ task: CartPole, using random: inout RandomStream) -> CartPole {
    let ranges = CartPoleFamily.trainRanges
    let parameters: [(WritableKeyPath<CartPole, Double>, ClosedRange<Double>)] = [
      (\.gravity, ranges.gravity), (\.cartMass, ranges.cartMass), (\.poleMass, ranges.poleMass),
      (\.halfLength, ranges.halfLength), (\.forceMagnitude, ranges.forceMagnitude),
      (\.friction, ranges.friction),
    ]
    for _ in 0..<1000 {
      var edited = task
      let (parameter, range) = parameters[random.integer(below: parameters.count)]
      let reach = (range.upperBound - range.lowerBound) / 5
      edited[keyPath: parameter] += random.uniform(-reach...reach)
      if contains(edited, in: .train) { return edited }
    }
    return task
  }
}
