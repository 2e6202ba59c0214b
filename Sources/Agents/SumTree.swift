/// Numbers of which one is drawn with a probability in proportion to it, in logarithmic time.
///
/// Each node of a binary tree holds the sum of the two below it; the numbers are its leaves.
public struct SumTree: Sendable, Hashable {
  /// The number of leaves, a power of two.
  private let width: Int
  /// Node i's children are 2i and 2i + 1; the leaves begin at `width`.
  private var sums: [Double]

  /// Makes a tree of zeros.
  public init(count: Int) {
    precondition(count > 0, "a sum tree needs at least one number, got \(count)")
    var width = 1
    while width < count { width *= 2 }
    self.width = width
    sums = Array(repeating: 0, count: 2 * width)
  }

  /// The sum of all numbers.
  public var total: Double { sums[1] }

  /// A number, 0 or more.
  public subscript(index: Int) -> Double {
    get { sums[width + index] }
    set {
      precondition(
        newValue >= 0 && newValue.isFinite, "a priority is finite and not negative: \(newValue)")
      var node = width + index
      sums[node] = newValue
      while node > 1 {
        node /= 2
        // Added up anew rather than corrected, so that no rounding piles up.
        sums[node] = sums[2 * node] + sums[2 * node + 1]
      }
    }
  }

  /// The index at which the sum of the numbers up to it passes a share of the total, in 0..<total.
  public func index(at share: Double) -> Int {
    var (left, node) = (share, 1)
    while node < width {
      node *= 2
      // Rounding must not lead to where there is nothing.
      if left >= sums[node] && sums[node + 1] > 0 {
        left -= sums[node]
        node += 1
      }
    }
    return node - width
  }
}
