internal import Policies
internal import Synchronization
internal import Triggers

/// What was lately seen, done and earned with a policy: what its triggers look at.
final class Evidence: Sendable {
  private struct State {
    /// For each thing that is looked at its last values, oldest first.
    var inputs: [[Double]]
    var invalid: [Bool] = []
    var returns: [Double] = []
    var steps = 0
  }

  private let names: [String]
  private let indices: [Int]
  private let state: Mutex<State>

  /// The values that are kept of each: as many as triggers look at.
  private static let kept = 4096

  init(_ version: PolicyVersion) {
    let watched = version.card.observationSpace.watchedElements
    let actions = version.isDiscrete ? 1 : version.layout.actionCount
    indices = watched.map(\.index)
    names =
      watched.map(\.name)
      + (actions == 1 ? ["action"] : (1...actions).map { "action.\($0)" })
    state = Mutex(State(inputs: Array(repeating: [], count: names.count)))
  }

  /// Notes a step.
  /// - Parameter observation: all that the policy saw.
  func note(_ observation: [Float], _ action: StepDecision.Action, isInvalid: Bool) {
    let done: [Float] =
      switch action {
      case .index(let index): [Float(index)]
      case .vector(let vector): vector
      }
    state.withLock { state in
      state.steps += 1
      Self.append(isInvalid, to: &state.invalid)
      for (place, index) in indices.enumerated() {
        Self.append(Double(observation[index]), to: &state.inputs[place])
      }
      for (place, value) in done.enumerated() {
        Self.append(Double(value), to: &state.inputs[indices.count + place])
      }
    }
  }

  /// Notes the return of a try.
  func note(return value: Double) { state.withLock { Self.append(value, to: &$0.returns) } }

  private static func append<Value>(_ value: Value, to values: inout [Value]) {
    if values.count >= 2 * kept { values.removeFirst(kept) }
    values.append(value)
  }

  /// The steps that were noted.
  var stepCount: Int { state.withLock { $0.steps } }

  /// What triggers look at.
  var forTriggers: TriggerEvidence {
    let state = state.withLock { $0 }
    return TriggerEvidence(
      returns: state.returns,
      inputs: Dictionary(zip(names, state.inputs)) { first, _ in first },
      invalid: state.invalid)
  }
}
