public import Tensors

/// How what the lanes have computed becomes one result.
///
/// A process gives what its own lanes have, in their order; the sum goes over the lanes of all
/// processes, in the order of lanes, and is the same in each. So a result depends on the number of
/// lanes, but neither on threads nor on processes.
public protocol LaneReduction: Sendable {
  /// The sum of a vector for each lane; all of one shape.
  func sum(_ lanes: Int, _ vector: (Int) -> Tensor) -> Tensor
  /// The sum of some numbers for each lane.
  func sum(_ lanes: Int, _ numbers: (Int) -> SIMD3<Double>) -> SIMD3<Double>
}

/// The sum over the lanes of one process.
public struct SharedMemoryReduction: LaneReduction {
  public init() {}

  public func sum(_ lanes: Int, _ vector: (Int) -> Tensor) -> Tensor {
    var total = vector(0)
    for lane in 1..<max(lanes, 1) { total = total + vector(lane) }
    return total
  }

  public func sum(_ lanes: Int, _ numbers: (Int) -> SIMD3<Double>) -> SIMD3<Double> {
    var total = numbers(0)
    for lane in 1..<max(lanes, 1) { total += numbers(lane) }
    return total
  }
}
