public import Agents
internal import Environments
internal import Tensors

/// What an agent saw and did, in numbers: how often each was in which range.
public struct Experience: Sendable, Hashable, Codable {
  /// One number that an agent saw or did.
  public struct Input: Sendable, Hashable, Codable {
    /// Its name: `observation/position`, `observation/lastAction.1`, `action`.
    public var name: String
    /// How often it was in which range.
    public var histogram: Histogram

    public init(_ name: String, _ histogram: Histogram) {
      self.name = name
      self.histogram = histogram
    }
  }

  /// The number of steps that were looked at.
  public var steps: Int
  /// The number of them in which what was seen was not finite or out of its space.
  public var invalid: Int
  /// The elements of the observation's segments, then the action.
  public var inputs: [Input]

  public init(steps: Int, invalid: Int, inputs: [Input]) {
    self.steps = steps
    self.invalid = invalid
    self.inputs = inputs
  }

  /// Counts a sample: an observed number or a component of a box in ten ranges that hold about
  /// equally many, a choice by itself.
  public init(_ sample: ExperienceSample) {
    self.init(
      steps: sample.count, invalid: sample.invalid.count { $0 },
      inputs: sample.inputs.map { name, values in
        guard case .discrete(let count, _) = sample.actionSpace, name == ExperienceSample.action
        else { return Input(name, Histogram(of: values)) }
        return Input(name, Histogram(ofChoices: values.map { Int($0) }, of: count))
      })
  }
}

extension ExperienceSample {
  /// The name of a choice, or of the only component of a box.
  static let action = "action"

  /// Each number that was seen or done, by its name: the steps in an order drawn at random, so that
  /// any part of them is a sample too. Of large segments some elements stand for all.
  public var inputs: [(name: String, values: [Double])] {
    var order = (0..<Int32(count)).map { $0 }
    var random = RandomStream(seed: 0).split("order")
    random.shuffle(&order)
    func column(_ index: Int, of numbers: [Float], _ width: Int) -> [Double] {
      order.map { Double(numbers[Int($0) * width + index]) }
    }
    var inputs = observationSpace.watchedElements.map { name, index in
      (name: name, values: column(index, of: observations, observationSpace.count))
    }
    let width = actionSpace.isDiscrete ? 1 : actionSpace.count
    for component in 0..<width {
      let name = width == 1 ? Self.action : "\(Self.action).\(component + 1)"
      inputs.append((name, column(component, of: actions, width)))
    }
    return inputs
  }

  /// Whether each step's observation was not finite or out of its space.
  public var invalid: [Bool] {
    let width = observationSpace.count
    let bounds = observationSpace.segments.flatMap { segment in
      Array(repeating: segment.bounds, count: segment.count)
    }
    return (0..<count).map { row in
      (0..<width).contains { element in
        let value = observations[row * width + element]
        return !value.isFinite || !bounds[element].contains(value)
      }
    }
  }
}

extension Pretraining {
  /// What the agent saw and did in the last rollout; nil before the first.
  public var experience: Experience? {
    learner.experience(steps: Experience.sampledSteps).map(Experience.init)
  }
}

extension Training {
  /// What the agent saw and did in the last rollout; nil before the first.
  public var experience: Experience? {
    learner.experience(steps: Experience.sampledSteps).map(Experience.init)
  }
}

extension Experience {
  /// The most steps that an experience is counted of.
  static let sampledSteps = 4096
}
