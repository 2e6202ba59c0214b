public import Tensors

/// Finds a vector with a high score by drawing many around a mean, keeping the best few, and moving
/// mean and deviation to theirs, several times.
///
/// Serves to plan with a model, the vector being the controls of the next steps, and to search for
/// the weights of a policy.
///
/// Source: Rubinstein (1999), "The cross-entropy method for combinatorial and continuous
/// optimization".
public struct CrossEntropyMethod: Sendable, Hashable, Codable {
  /// The number of vectors drawn in an iteration.
  public var population: Int
  /// How many of them are kept, below `population`.
  public var elites: Int
  public var iterations: Int
  /// The deviation of the first draws.
  public var deviation: Double
  /// The deviation never falls below this.
  public var smallestDeviation: Double

  public init(
    population: Int = 40, elites: Int = 6, iterations: Int = 3, deviation: Double = 1,
    smallestDeviation: Double = 0.05
  ) {
    precondition(
      elites > 0 && elites < population && iterations > 0 && deviation > 0,
      "the cross-entropy method needs elites of a population, got \(elites) of \(population), "
        + "\(iterations) iterations and deviation \(deviation)")
    self.population = population
    self.elites = elites
    self.iterations = iterations
    self.deviation = deviation
    self.smallestDeviation = smallestDeviation
  }

  /// Searches from a mean.
  ///
  /// - Parameters:
  ///   - start: the mean of the first draws, `[n]`.
  ///   - bounds: what every element is kept in.
  ///   - score: what is to be high; called `population · iterations` times.
  /// - Returns: the mean of the last elites, and the best vector of all with its score.
  public func maximise(
    from start: [Double], in bounds: ClosedRange<Double>, using random: inout RandomStream,
    score: ([Double]) -> Double
  ) -> (mean: [Double], best: [Double], score: Double) {
    let count = start.count
    var (mean, deviations) = (start, [Double](repeating: deviation, count: count))
    var (best, highest) = (start, -Double.infinity)
    var drawn = [[Double]](repeating: start, count: population)
    var scores = [(score: Double, index: Int)](repeating: (0, 0), count: population)
    for _ in 0..<iterations {
      for index in 0..<population {
        for element in 0..<count {
          let value = mean[element] + deviations[element] * Double(random.normal())
          drawn[index][element] = min(max(value, bounds.lowerBound), bounds.upperBound)
        }
        scores[index] = (score(drawn[index]), index)
      }
      scores.sort { $0.score > $1.score }
      if scores[0].score > highest {
        (highest, best) = (scores[0].score, drawn[scores[0].index])
      }
      for element in 0..<count {
        var (sum, squares) = (0.0, 0.0)
        for elite in scores.prefix(elites) {
          let value = drawn[elite.index][element]
          sum += value
          squares += value * value
        }
        mean[element] = sum / Double(elites)
        let variance = squares / Double(elites) - mean[element] * mean[element]
        deviations[element] = max(max(variance, 0).squareRoot(), smallestDeviation)
      }
    }
    return (mean, best, highest)
  }
}
