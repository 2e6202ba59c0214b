internal import Environments
public import Tensors

/// All that changes in a drive, by name: what a checkpoint keeps of it.
public struct DriveSnapshot: Sendable {
  /// Weights, moments and whatever else is a tensor.
  public var tensors: [String: Tensor] = [:]
  public var state = State()

  /// The part of a snapshot that is no tensor.
  public struct State: Sendable, Hashable, Codable {
    /// Counts and sums.
    public var numbers: [String: Double] = [:]
    public var streams: [String: RandomStream] = [:]

    public init() {}
  }

  public init() {}

  public init(tensors: [String: Tensor], state: State) {
    self.tensors = tensors
    self.state = state
  }

  /// The tensor of a name.
  ///
  /// - Throws: `SnapshotError` if there is none, it has another shape or it is not finite.
  public func tensor(_ name: String, _ shape: Shape) throws -> Tensor {
    guard let tensor = tensors[name], tensor.shape == shape, tensor.norm.isFinite else {
      throw SnapshotError(
        description: "the snapshot's drive has no finite tensor \(name) of shape \(shape)")
    }
    return tensor
  }

  /// The number of a name.
  ///
  /// - Throws: `SnapshotError` if there is none or it is not finite.
  public func number(_ name: String) throws -> Double {
    guard let number = state.numbers[name], number.isFinite else {
      throw SnapshotError(description: "the snapshot's drive has no finite number \(name)")
    }
    return number
  }

  /// The count of a name, 0 or more.
  ///
  /// - Throws: `SnapshotError` if there is none.
  public func count(_ name: String) throws -> Int {
    guard let count = Int(exactly: try number(name)), count >= 0 else {
      throw SnapshotError(description: "the snapshot's drive has no count \(name)")
    }
    return count
  }

  /// The random stream of a name.
  ///
  /// - Throws: `SnapshotError` if there is none.
  public func stream(_ name: String) throws -> RandomStream {
    guard let stream = state.streams[name] else {
      throw SnapshotError(description: "the snapshot's drive has no random stream \(name)")
    }
    return stream
  }

  /// Takes in another snapshot, each of its names after a prefix and a dot.
  public mutating func add(_ other: DriveSnapshot, named prefix: String) {
    for (name, tensor) in other.tensors { tensors["\(prefix).\(name)"] = tensor }
    for (name, number) in other.state.numbers { state.numbers["\(prefix).\(name)"] = number }
    for (name, stream) in other.state.streams { state.streams["\(prefix).\(name)"] = stream }
  }

  /// What was taken in after a prefix.
  public func part(named prefix: String) -> DriveSnapshot {
    func part<Value>(_ all: [String: Value]) -> [String: Value] {
      var part: [String: Value] = [:]
      for (name, value) in all where name.hasPrefix(prefix + ".") {
        part[String(name.dropFirst(prefix.count + 1))] = value
      }
      return part
    }
    var result = DriveSnapshot(tensors: part(tensors), state: State())
    result.state.numbers = part(state.numbers)
    result.state.streams = part(state.streams)
    return result
  }
}
