package import Tensors

/// Predicts, from a memory and the action that is taken then, what is seen next and the reward.
///
/// A hidden layer as wide as the memory, then one linear head: the reward, a number for each number
/// of the next observation, and logits for each of its symbols. Sentences are not predicted: they
/// stay the same over a task.
package struct TransitionPredictor: Sendable, Hashable {
  /// A run of the next observation's elements and where the head's columns for them begin.
  private struct Run: Sendable, Hashable {
    var elements: Range<Int>
    /// The number of codes that an element can be; nil for numbers.
    var kinds: Int?
    var column: Int

    var columns: Range<Int> { column..<column + elements.count * (kinds ?? 1) }
  }

  private let hidden: Linear
  private let head: Linear
  private let runs: [Run]

  /// Adds a predictor's parameters to a layout.
  ///
  /// - Parameters:
  ///   - features: the number of memory cells.
  ///   - actions: the number of choices, or of a vector's components.
  ///   - parts: what an observation holds, in its order.
  init(
    _ features: Int, actions: Int, parts: [ObservationPart], named name: String,
    in layout: inout WeightLayout
  ) {
    var runs: [Run] = []
    var start = 0
    func add(_ count: Int, kinds: Int?) {
      runs.append(
        Run(
          elements: start..<start + count, kinds: kinds, column: runs.last?.columns.upperBound ?? 1)
      )
      start += count
    }
    for part in parts {
      switch part {
      case .numbers(let count): add(count, kinds: nil)
      case .symbols(let count, let kinds): add(count, kinds: kinds)
      case .grid(let height, let width, let planes):
        for kinds in planes { add(height * width, kinds: kinds) }
      case .words, .moment: start += part.count
      }
    }
    self.runs = runs
    hidden = Linear(
      features + actions, features, activation: .relu, named: name + ".hidden", in: &layout)
    head = Linear(
      features, runs.last?.columns.upperBound ?? 1, initializer: .orthogonal(gain: 0.01),
      named: name + ".head", in: &layout)
  }

  /// How far off the predictions are: the means over all rows and, of observations, all elements of
  /// the cross-entropy of a symbol in nats and of half the squared error of a number; and the mean of
  /// half the reward's squared error.
  ///
  /// - Parameters:
  ///   - features: `[N, memory]`.
  ///   - actions: rows of zeros with a 1, or vectors, `[N, actions]`.
  ///   - following: what was seen next, `[N, elements]`, constants.
  ///   - rewards: `[N, 1]`.
  /// - Returns: two scalars.
  package func errors(
    _ weights: Weights, features: Tensor, actions: Tensor, following: Tensor, rewards: Tensor
  ) -> (observation: Tensor, reward: Tensor) {
    let output = head(
      weights, hidden(weights, features.concatenated(with: actions, along: 1)))
    let rows = following.shape[0]
    var total = Tensor(0)
    for run in runs {
      let predicted = output.slice(run.columns, along: 1)
      if let kinds = run.kinds {
        let codes = following.codes(
          at: run.elements.lowerBound, count: run.elements.count, kinds: kinds, offset: 0)
        total =
          total
          - predicted.reshaped(to: Shape(codes.count, kinds)).logSoftmax().picking(codes).sum()
      } else {
        total = total + 0.5 * (predicted - following.slice(run.elements, along: 1)).squared().sum()
      }
    }
    let elements = runs.reduce(0) { $0 + $1.elements.count }
    let reward = 0.5 * (output.slice(0..<1, along: 1) - rewards).squared().mean()
    return (total / Float(max(rows * elements, 1)), reward)
  }
}
