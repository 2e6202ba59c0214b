internal import RealModule
internal import VectorKernels

/// Room for some angles, in radians, and for their sines and cosines, which are found all at once.
///
/// A sine on its own takes the time of a dozen of them together; what swings is therefore stepped
/// in blocks. The results do not depend on what else is in the block.
struct Angles {
  /// The most angles that there is room for; so few that they lie on the stack.
  static let capacity = 40
  /// Past this the kernel is not exact.
  private static let limit = 1e6
  private let base: UnsafeMutablePointer<Double>

  /// Calls a function with room for angles.
  @inline(__always)
  static func withRoom<Result>(_ body: (Angles) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * capacity) { room in
      body(Angles(base: room.baseAddress.unsafelyUnwrapped))
    }
  }

  /// An angle, in radians.
  @inline(__always)
  subscript(index: Int) -> Double {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }

  @inline(__always)
  func sine(_ index: Int) -> Double { base[Angles.capacity &+ index] }

  @inline(__always)
  func cosine(_ index: Int) -> Double { base[2 * Angles.capacity &+ index] }

  /// Finds the sines and the cosines of the first angles, within two units in the last place.
  func evaluate(_ count: Int) {
    foal_sine_cosine(count, base, base + Angles.capacity, base + 2 * Angles.capacity)
    for index in 0..<count where !(base[index].magnitude <= Angles.limit) {
      base[Angles.capacity + index] = Double.sin(base[index])
      base[2 * Angles.capacity + index] = Double.cos(base[index])
    }
  }

  /// The sine and the cosine of one angle: the same as in a block.
  static func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
    guard angle.magnitude <= limit else { return (Double.sin(angle), Double.cos(angle)) }
    var (sine, cosine) = (0.0, 0.0)
    withUnsafePointer(to: angle) { foal_sine_cosine(1, $0, &sine, &cosine) }
    return (sine, cosine)
  }

  /// The angle brought into -π...π.
  @inline(__always)
  static func wrapped(_ angle: Double) -> Double {
    // Adding 1.5·2⁵² rounds to an integer.
    let turns = angle * (0.5 / .pi) + 0x1.8p52 - 0x1.8p52
    return angle - 2 * .pi * turns
  }
}
