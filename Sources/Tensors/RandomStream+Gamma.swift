internal import RealModule

extension RandomStream {
  /// Draws from the gamma distribution of a shape above 0 and scale 1.
  ///
  /// Source: Marsaglia and Tsang (2000), doi:10.1145/358407.358414.
  public mutating func gamma(shape: Double) -> Double {
    precondition(shape > 0 && shape.isFinite, "a gamma's shape must be above 0, got \(shape)")
    guard shape >= 1 else {
      let share = 1 - uniform(0...1 - 0x1p-53)
      return gamma(shape: shape + 1) * Double.pow(share, 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(normal())
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let share = 1 - uniform(0...1 - 0x1p-53)
      if Double.log(share) < 0.5 * x * x + d * (1 - v + Double.log(v)) { return d * v }
    }
  }

  /// Draws from the beta distribution: the share of one gamma variable in the sum of two.
  public mutating func beta(_ first: Double, _ second: Double) -> Double {
    let one = gamma(shape: first)
    return one / (one + gamma(shape: second))
  }

  /// Draws probabilities from the Dirichlet distribution of some concentrations above 0.
  public mutating func dirichlet(_ concentrations: [Double]) -> [Double] {
    var shares = concentrations
    var sum = 0.0
    for index in shares.indices {
      shares[index] = gamma(shape: concentrations[index])
      sum += shares[index]
    }
    for index in shares.indices { shares[index] /= sum }
    return shares
  }
}
