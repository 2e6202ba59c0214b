/// A model of what a control does to a state: the change of the state is linear in state and
/// control, with a Gaussian belief over the coefficients.
///
///     s′ − s = Wᵀ·φ + ε        φ = (s, u, 1),  ε ~ N(0, σ²)
///     A = Φᵀ·Φ + σ²·I           W = A⁻¹·Φᵀ·ΔS
///
/// Every element of the change has a regression of its own; all share A. The prior of the
/// coefficients is N(0, 1), so states and controls should be of the order of 1.
///
/// Source: Bishop (2006), "Pattern recognition and machine learning", section 3.3.
public struct LinearDynamics: Sendable, Hashable {
  /// The number of elements of a state and of a control.
  public let states: Int
  public let controls: Int
  /// σ, the deviation of what the model leaves open.
  public let noise: Double
  /// How many steps it has seen.
  public private(set) var count = 0
  /// W, `[states + controls + 1, states]`: the mean of the belief, or a draw from it.
  public private(set) var coefficients: [Double]
  /// Φᵀ·Φ and Φᵀ·ΔS.
  private var moments: [Double]
  private var products: [Double]

  public init(states: Int, controls: Int, noise: Double = 0.01) {
    precondition(
      states > 0 && controls >= 0 && noise > 0,
      "\(states) states, \(controls) controls, noise \(noise)")
    (self.states, self.controls, self.noise) = (states, controls, noise)
    let width = states + controls + 1
    coefficients = Array(repeating: 0, count: width * states)
    moments = Array(repeating: 0, count: width * width)
    products = Array(repeating: 0, count: width * states)
  }

  private var width: Int { states + controls + 1 }

  /// Sees a step; ``fit()`` takes it into account.
  ///
  /// - Parameters:
  ///   - state: `[states]`.
  ///   - control: `[controls]`.
  ///   - next: the state that followed, `[states]`.
  public mutating func add(state: [Double], control: [Double], next: [Double]) {
    precondition(
      state.count == states && control.count == controls && next.count == states,
      "a step of \(states) and \(controls), got \(state.count), \(control.count), \(next.count)")
    let features = state + control + [1]
    for row in 0..<width {
      for column in 0..<width {
        moments[row * width + column] += features[row] * features[column]
      }
      for column in 0..<states {
        products[row * states + column] += features[row] * (next[column] - state[column])
      }
    }
    count += 1
  }

  /// Sets the coefficients to the mean of the belief after all steps seen.
  public mutating func fit() {
    guard let factor else { return }
    for column in 0..<states {
      var solution = (0..<width).map { products[$0 * states + column] }
      factor.solve(&solution)
      for row in 0..<width { coefficients[row * states + column] = solution[row] }
    }
  }

  private var factor: CholeskyFactor? {
    var matrix = moments
    for row in 0..<width { matrix[row * width + row] += noise * noise }
    return CholeskyFactor(matrix, count: width)
  }

  /// The variance of one element of a predicted change, from what the belief leaves open; σ² comes
  /// on top of it.
  public func variance(state: [Double], control: [Double]) -> Double {
    guard let factor else { return .infinity }
    var features = state + control + [1]
    factor.forward(&features)
    return noise * noise * features.reduce(0) { $0 + $1 * $1 }
  }

  /// Predicts the states that controls lead to.
  ///
  /// - Parameters:
  ///   - state: `[states]`.
  ///   - controls: of one step after the other, `[T, controls]`.
  /// - Returns: the state before the first and after each step, `[T + 1, states]`.
  public func rollout(from state: [Double], controls plan: [Double]) -> [Double] {
    let steps = controls == 0 ? 0 : plan.count / controls
    var path = [Double](repeating: 0, count: (steps + 1) * states)
    for element in 0..<states { path[element] = state[element] }
    for step in 0..<steps {
      let (now, next) = (step * states, (step + 1) * states)
      for element in 0..<states {
        var sum = path[now + element] + coefficients[(states + controls) * states + element]
        for index in 0..<states {
          sum += path[now + index] * coefficients[index * states + element]
        }
        for index in 0..<controls {
          sum += plan[step * controls + index] * coefficients[(states + index) * states + element]
        }
        path[next + element] = sum
      }
    }
    return path
  }
}
