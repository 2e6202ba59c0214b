/// The Gittins indices of a Bernoulli arm when the number of pulls to come is known.
///
/// An arm's index is the sure payment λ a pull at which one is indifferent between taking it for
/// good and pulling the arm for a while first. With the arm's probability uniform at the start,
/// n pulls of which s paid, and r pulls to go:
///
///     p = (s + 1) / (n + 2)        g₀ = 0
///     c_r(s, n) = p − λ + p·g_{r−1}(s + 1, n + 1) + (1 − p)·g_{r−1}(s, n + 1)
///     g_r = max(0, c_r)            index: the λ at which c_r = 0
///
/// Always pulling the arm of the highest index is optimal for an endless discounted bandit; with a
/// last pull it is not quite, but close.
///
/// Sources: Gittins (1979); for the last pull, Kaufmann et al. (2018), arXiv:1601.00669. The root
/// is interpolated between 256 values of λ.
public struct GittinsIndices: Sendable {
  /// K, the number of pulls of a task.
  public let pulls: Int
  /// The table, for each r from 1 the triangle of n and s.
  private var table: [Float]

  private static let grid = 256

  /// Computes the table; O(K³) time for each λ and O(K³) memory.
  public init(pulls: Int) {
    precondition((1...256).contains(pulls), "a table is for 1 to 256 pulls, got \(pulls)")
    self.pulls = pulls
    let count = (1...pulls).reduce(0) { $0 + GittinsIndices.triangle(pulls - $1 + 1) }
    table = [Float](repeating: 1, count: count)
    var earlier = [Float](repeating: .infinity, count: count)
    for point in 0...GittinsIndices.grid {
      fill(at: Float(point) / Float(GittinsIndices.grid), &earlier)
    }
  }

  /// The index of an arm.
  ///
  /// - Parameters:
  ///   - remaining: r, the pulls to go with this one, at least 1; no more than K less `count`.
  public func index(successes: Int, of count: Int, remaining: Int) -> Float {
    precondition(
      (0...count).contains(successes) && (1...pulls - count).contains(remaining),
      "\(successes) of \(count) with \(remaining) to go are not possible in \(pulls) pulls")
    return table[start(of: remaining) + GittinsIndices.triangle(count) + successes]
  }

  private static func triangle(_ count: Int) -> Int { count * (count + 1) / 2 }

  /// The position of the first entry for r: the triangles of smaller r are larger.
  private func start(of remaining: Int) -> Int {
    // Σ_{i<r} T(K − i + 1), a difference of tetrahedral numbers.
    func tetrahedron(_ size: Int) -> Int { size * (size + 1) * (size + 2) / 6 }
    return tetrahedron(pulls) - tetrahedron(pulls - remaining + 1)
  }

  /// Computes c for one λ; where it has fallen below 0 since the last λ, the index lies between.
  private mutating func fill(at payment: Float, _ earlier: inout [Float]) {
    let step = 1 / Float(GittinsIndices.grid)
    var gains = [Float](repeating: 0, count: GittinsIndices.triangle(pulls + 1))
    var position = 0
    for remaining in 1...pulls {
      for count in 0...pulls - remaining {
        let (row, next) = (
          GittinsIndices.triangle(count), GittinsIndices.triangle(count + 1)
        )
        for successes in 0...count {
          let p = Float(successes + 1) / Float(count + 2)
          let value =
            p - payment + p * gains[next + successes + 1] + (1 - p) * gains[next + successes]
          // The rows of higher counts still hold what they were with one pull less to go.
          gains[row + successes] = max(0, value)
          if value < 0 && earlier[position] >= 0 && earlier[position].isFinite {
            table[position] = payment - step * value / (value - earlier[position])
          }
          earlier[position] = value
          position += 1
        }
      }
    }
  }
}
