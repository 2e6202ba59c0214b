internal import Tensors

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension EnvironmentBatch {
  /// All that changes in a batch while it runs. A batch made in the same way goes on from it as if
  /// it had never been left.
  ///
  /// Tasks are not in it: each slot keeps the random stream from which its task was drawn, or its
  /// level, and makes it again.
  public struct Snapshot: Sendable, Hashable, Codable {
    /// The states as a JSON array.
    var states: Data
    var streams: [RandomStream]
    var origins: [RandomStream]
    var lengths: [Int]
    var attempts: [Int]
    var returns: [Float]
    /// Of older versions nil: no task counts as rewarded.
    var wasRewarded: [Bool]?
    var stepsTaken: Int
    var observations: [Float]
    var memoryWiped: [Bool]
    var masks: [Float]
    var finished: [Episode]
    /// The level that each slot is at, and behind it those that wait; nil where tasks are drawn.
    var levels: [[Level]]?
  }

  /// Takes down all that changes.
  ///
  /// - Throws: an encoding error if a state holds what JSON has no word for, such as infinity.
  public func snapshot() throws -> Snapshot {
    try stepper.snapshot(buffers, of: 0..<slots)
  }

  /// Takes down all that changes in one slot, for a batch of one slot.
  func snapshot(ofSlot slot: Int) throws -> Snapshot {
    try stepper.snapshot(buffers, of: slot..<slot + 1)
  }

  /// Puts back what a snapshot of a batch that was made in the same way took down.
  ///
  /// - Throws: ``SnapshotError`` if the snapshot is of another kind of batch; nothing is changed then.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try stepper.restore(snapshot, &buffers)
  }
}

/// A snapshot that does not fit the batch it is put into.
public struct SnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  package init(description: String) { self.description = description }
}

extension EnvironmentBatch.Snapshot {
  /// Whether counts and numbers are such as a batch can have.
  fileprivate func isSound(_ trials: TrialSettings) -> Bool {
    let tries = 0..<trials.triesPerTask
    return stepsTaken >= 0 && lengths.allSatisfy { $0 >= 0 }
      && attempts.allSatisfy(tries.contains) && returns.allSatisfy(\.isFinite)
      && observations.allSatisfy(\.isFinite) && masks.allSatisfy { $0 == 0 || $0 == 1 }
      && finished.allSatisfy {
        lengths.indices.contains($0.slot) && tries.contains($0.attempt)
          && $0.undiscountedReturn.isFinite
      }
  }
}

extension Slots {
  @usableFromInline
  func snapshot(
    _ buffers: StepBuffers, of slots: Range<Int>
  ) throws -> EnvironmentBatch.Snapshot {
    func part<Element>(_ values: [Element]) -> [Element] {
      let width = values.count / tasks.count
      return Array(values[slots.lowerBound * width..<slots.upperBound * width])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return EnvironmentBatch.Snapshot(
      states: try encoder.encode(part(states)), streams: part(streams), origins: part(origins),
      lengths: part(lengths), attempts: part(attempts), returns: part(returns),
      wasRewarded: part(wasRewarded),
      stepsTaken: stepsTaken, observations: part(buffers.observations),
      memoryWiped: part(buffers.memoryWiped), masks: part(buffers.masks),
      finished: slots.count == tasks.count ? buffers.finished : [],
      levels: levels?.snapshot(of: slots))
  }

  @usableFromInline
  mutating func restore(
    _ snapshot: EnvironmentBatch.Snapshot, _ buffers: inout StepBuffers
  ) throws {
    let states: [Task.State]
    do {
      states = try JSONDecoder().decode([Task.State].self, from: snapshot.states)
    } catch {
      throw SnapshotError(description: "the snapshot's states are not states of \(name)")
    }
    let counts = [
      states.count, snapshot.streams.count, snapshot.origins.count, snapshot.lengths.count,
      snapshot.attempts.count, snapshot.returns.count, snapshot.memoryWiped.count,
    ]
    guard counts.allSatisfy({ $0 == tasks.count }),
      snapshot.observations.count == buffers.observations.count,
      snapshot.masks.count == buffers.masks.count,
      snapshot.wasRewarded?.count ?? tasks.count == tasks.count
    else {
      throw SnapshotError(
        description: "the snapshot is of \(states.count) slots of \(name) with "
          + "\(snapshot.observations.count) observed elements in all; this batch has "
          + "\(tasks.count) and \(buffers.observations.count)")
    }
    guard snapshot.isSound(trials) else {
      throw SnapshotError(description: "the snapshot of \(name) has numbers out of their range")
    }
    guard snapshot.levels.map({ levels?.fits($0) ?? false }) ?? (levels == nil) else {
      throw SnapshotError(description: "the snapshot of \(name) has other levels than this batch")
    }
    self.states = states
    streams = snapshot.streams
    origins = snapshot.origins
    lengths = snapshot.lengths
    attempts = snapshot.attempts
    returns = snapshot.returns
    wasRewarded = snapshot.wasRewarded ?? Array(repeating: false, count: tasks.count)
    stepsTaken = snapshot.stepsTaken
    experts = []
    if let saved = snapshot.levels { levels?.restore(saved) }
    for slot in tasks.indices {
      var origin = origins[slot]
      tasks[slot] = levels.map { $0.make($0.current[slot]) } ?? draw(slot, &origin)
      limits[slot] = trials.stepLimit ?? tasks[slot].stepLimit ?? Int.max
    }
    buffers.observations = snapshot.observations
    buffers.memoryWiped = snapshot.memoryWiped
    buffers.masks = snapshot.masks
    buffers.finished = snapshot.finished
  }
}
