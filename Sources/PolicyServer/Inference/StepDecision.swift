internal import Environments
internal import Policies
internal import Tensors

/// What a policy decided for one row.
struct StepDecision: Sendable, Equatable {
  /// An action: an index, or a vector within its box.
  enum Action: Sendable, Equatable {
    case index(Int)
    case vector([Float])
  }

  var action: Action
  var logProbability: Float
  var value: Float
  /// The memory after the step; empty without one.
  var memory: [Float]

  /// The decisions of all rows.
  /// - Returns: nil for a row whose numbers are not finite.
  static func all(_ rows: Policy.Rows, by version: PolicyVersion) -> [StepDecision?] {
    let decision = version.policy.decide(rows)
    let memory = decision.memory?.elements ?? []
    let width = version.memoryWidth
    let components = version.policy.actionSpace.count
    return (0..<rows.count).map { row in
      let cells = Array(memory[row * width..<(row + 1) * width])
      let (likelihood, value) = (decision.logProbabilities[row], decision.values[row])
      guard likelihood.isFinite, value.isFinite, cells.allSatisfy(\.isFinite) else { return nil }
      let action: Action
      if version.isDiscrete {
        action = .index(Int(decision.choices[row]))
      } else {
        let vector = (0..<components).map {
          version.inside(decision.vectors[row * components + $0], component: $0)
        }
        guard vector.allSatisfy(\.isFinite) else { return nil }
        action = .vector(vector)
      }
      return StepDecision(action: action, logProbability: likelihood, value: value, memory: cells)
    }
  }
}

extension StepDecision.Action {
  /// The action as the history shows it: one-hot, or the vector.
  func history(_ count: Int) -> [Float] {
    switch self {
    case .index(let index): (0..<count).map { $0 == index ? 1 : 0 }
    case .vector(let vector): vector
    }
  }
}

extension JSONText {
  mutating func member(_ name: String, _ action: StepDecision.Action?) {
    switch action {
    case .index(let index): member(name, index)
    case .vector(let vector): member(name, vector)
    case nil:
      key(name)
      raw("null")
    }
  }
}
