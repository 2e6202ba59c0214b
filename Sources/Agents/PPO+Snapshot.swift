internal import Environments
internal import Networks
public import Tensors

extension PPO {
  /// All that changes in a learner from one iteration to the next. A learner made in the same way
  /// goes on from it as if it had never been left.
  ///
  /// What a rollout holds is not in it: the next iteration fills it anew.
  public struct Snapshot: Sendable, Hashable {
    /// Weights, the optimiser's moments, and each lane's memory, its teachers' and its noise.
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
      /// Of the drive; nil without one.
      var drive: DriveSnapshot.State?
      /// Of the curriculum; nil without one.
      var curriculum: Curriculum.State?
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
    let drive = drive?.snapshot()
    for (name, tensor) in changingTensors(drive) {
      tensors[name] = Safetensors.Entry(tensor)
    }
    return Snapshot(
      tensors: tensors,
      state: Snapshot.State(
        steps: steps, updates: optimizer.step,
        lanes: try lanes.map {
          Snapshot.LaneState(environments: try $0.environments.snapshot(), random: $0.random)
        }, drive: drive?.state, curriculum: curriculum?.state))
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
      lanes[index].lessons = try restoredLessons(index, state.steps, &reader)
      if let noise = lanes[index].noise {
        // There is none before the first step.
        lanes[index].noise?.last =
          state.steps == 0 ? nil : try reader.take("lane\(index).noise", noise.shape)
      }
    }
    let drive = try restoredDrive(state.drive, &reader)
    let curriculum = try restoredCurriculum(state.curriculum, lanes)
    if let name = reader.rest.keys.min() {
      throw SnapshotError(description: "the snapshot has a tensor \(name) that the learner has not")
    }
    self.lanes = lanes
    self.drive = drive
    self.curriculum = curriculum
    policy.weights.values = weights
    optimizer.restore(mean: mean, square: square, step: state.updates)
    steps = state.steps
  }

  /// What a lane's teachers remember; nil before the first step, and without any.
  private func restoredLessons(
    _ lane: Int, _ steps: Int, _ reader: inout TensorReader
  ) throws(SnapshotError) -> Lessons? {
    guard let teaching, steps > 0 else { return nil }
    var lessons = Lessons(teaching, slots: lanes[lane].rollout.slots)
    for (teacher, memory) in lessons.memories.enumerated() {
      guard let memory else { continue }
      lessons.memories[teacher] = try reader.take("lane\(lane).teacher\(teacher)", memory.shape)
    }
    return lessons
  }

  /// The tensors that change, by name.
  private func changingTensors(_ drive: DriveSnapshot?) -> [(name: String, tensor: Tensor)] {
    var tensors = [
      ("weights", policy.weights.values), ("optimizer.mean", optimizer.mean),
      ("optimizer.square", optimizer.square),
    ]
    for (index, lane) in lanes.enumerated() {
      if let memory = lane.memory { tensors.append(("lane\(index).memory", memory)) }
      for (teacher, memory) in (lane.lessons?.memories ?? []).enumerated() {
        if let memory { tensors.append(("lane\(index).teacher\(teacher)", memory)) }
      }
      if let noise = lane.noise?.last { tensors.append(("lane\(index).noise", noise)) }
    }
    for (name, tensor) in drive?.tensors ?? [:] { tensors.append(("drive.\(name)", tensor)) }
    return tensors
  }
}

/// Takes tensors out of a snapshot, one by one.
struct TensorReader {
  /// Those not taken yet.
  var rest: [String: Safetensors.Entry]

  /// All that begin with a word and a dot, without them.
  mutating func takeAll(after word: String) throws(SnapshotError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, entry) in rest where name.hasPrefix(word + ".") {
      tensors[String(name.dropFirst(word.count + 1))] = try take(name, Shape(entry.shape))
    }
    return tensors
  }

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
