internal import Environments
internal import Networks
public import Tensors

extension PPO {
  /// All that changes in a learner from one iteration to the next. A learner made in the same way
  /// goes on from it as if it had never been left.
  ///
  /// What a rollout holds is not in it: the next iteration fills it anew.
  public struct Snapshot: Sendable, Hashable {
    /// Weights, the optimiser's moments, and each lane's memory and noise.
    public var tensors: [String: Safetensors.Entry]
    /// Counts, environments and random streams.
    public var state: State

    public init(tensors: [String: Safetensors.Entry], state: State) {
      self.tensors = tensors
      self.state = state
    }

    /// The part of a snapshot that is no tensor.
    public struct State: Sendable, Hashable, Codable {
      var steps: Int
      var updates: Int
      var lanes: [LaneState]
    }

    /// What changes in a lane and is no tensor.
    struct LaneState: Sendable, Hashable, Codable {
      var environments: EnvironmentBatch.Snapshot
      var random: RandomStream
    }
  }

  /// Takes down all that changes; to be called between two iterations.
  ///
  /// - Throws: an encoding error if an environment's state holds what JSON has no word for.
  public func snapshot() throws -> Snapshot {
    var tensors: [String: Safetensors.Entry] = [:]
    for (name, tensor) in changingTensors {
      tensors[name] = Safetensors.Entry(tensor)
    }
    return Snapshot(
      tensors: tensors,
      state: Snapshot.State(
        steps: steps, updates: optimizer.step,
        lanes: try lanes.map {
          Snapshot.LaneState(environments: try $0.environments.snapshot(), random: $0.random)
        }))
  }

  /// Puts back what a snapshot of a learner that was made in the same way took down.
  ///
  /// - Throws: `SnapshotError` if the snapshot is of another kind of learner; nothing is changed
  ///   then.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let state = snapshot.state
    guard state.lanes.count == lanes.count, state.steps >= 0, state.updates >= 0 else {
      throw SnapshotError(
        description: "the snapshot has \(state.lanes.count) lanes after \(state.steps) steps and "
          + "\(state.updates) updates; this learner has \(lanes.count) lanes")
    }
    var reader = TensorReader(rest: snapshot.tensors)
    let weights = try reader.take("weights", policy.weights.values.shape)
    let mean = try reader.take("optimizer.mean", optimizer.mean.shape)
    let square = try reader.take("optimizer.square", optimizer.square.shape)
    var lanes = lanes
    for (index, laneState) in state.lanes.enumerated() {
      try lanes[index].environments.restore(laneState.environments)
      lanes[index].random = laneState.random
      if let memory = lanes[index].memory {
        lanes[index].memory = try reader.take("lane\(index).memory", memory.shape)
      }
      if let noise = lanes[index].noise {
        // There is none before the first step.
        lanes[index].noise?.last =
          state.steps == 0 ? nil : try reader.take("lane\(index).noise", noise.shape)
      }
    }
    if let name = reader.rest.keys.min() {
      throw SnapshotError(description: "the snapshot has a tensor \(name) that the learner has not")
    }
    self.lanes = lanes
    policy.weights.values = weights
    optimizer.restore(mean: mean, square: square, step: state.updates)
    steps = state.steps
  }

  /// The tensors that change, by name.
  private var changingTensors: [(name: String, tensor: Tensor)] {
    var tensors = [
      ("weights", policy.weights.values), ("optimizer.mean", optimizer.mean),
      ("optimizer.square", optimizer.square),
    ]
    for (index, lane) in lanes.enumerated() {
      if let memory = lane.memory { tensors.append(("lane\(index).memory", memory)) }
      if let noise = lane.noise?.last { tensors.append(("lane\(index).noise", noise)) }
    }
    return tensors
  }
}

/// Takes tensors out of a snapshot, one by one.
private struct TensorReader {
  /// Those not taken yet.
  var rest: [String: Safetensors.Entry]

  mutating func take(_ name: String, _ shape: Shape) throws(SnapshotError) -> Tensor {
    guard let entry = rest.removeValue(forKey: name) else {
      throw SnapshotError(description: "the snapshot has no tensor \(name)")
    }
    guard entry.shape == shape.array else {
      throw SnapshotError(
        description: "the snapshot's tensor \(name) has shape \(entry.shape), the learner's is "
          + "\(shape)")
    }
    let values = entry.tensor.span
    guard values.indices.allSatisfy({ values[$0].isFinite }) else {
      throw SnapshotError(
        description: "the snapshot's tensor \(name) has elements that are not finite")
    }
    return entry.tensor.reshaped(to: shape)
  }
}
