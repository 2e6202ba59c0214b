public import Tensors

/// Steps that were sampled from a replay buffer; its arrays are used again and again.
public struct Minibatch: Sendable {
  /// The number of steps, N.
  public let count: Int
  /// Where they are in the buffer, `[N]`.
  public internal(set) var positions: [Int32]
  /// The importance-sampling weights, `[N]`: 1 for uniform sampling, at most 1 otherwise.
  public internal(set) var weights: [Float]
  /// The chosen actions of a discrete space, `[N]`; empty for a box.
  public internal(set) var choices: [Int32]
  /// The n-step returns, `[N]`.
  public internal(set) var returns: [Float]
  /// What the value of the last observation counts, `[N]`: γ to the number of rewards in the
  /// return, 0 if the task ended.
  public internal(set) var discounts: [Float]
  var observations: [Float]
  var nextObservations: [Float]
  var vectors: [Float]
  private let width: Int
  private let components: Int

  /// Makes room for a number of steps of a buffer.
  public init(count: Int, from buffer: ReplayBuffer) {
    self.count = count
    width = buffer.width
    components = buffer.components
    positions = Array(repeating: 0, count: count)
    weights = Array(repeating: 1, count: count)
    choices = Array(repeating: 0, count: components == 0 ? count : 0)
    returns = Array(repeating: 0, count: count)
    discounts = Array(repeating: 0, count: count)
    observations = Array(repeating: 0, count: count * width)
    nextObservations = Array(repeating: 0, count: count * width)
    vectors = Array(repeating: 0, count: count * components)
  }

  /// What was seen before the steps in a range of rows, `[rows, elements]`.
  public func observations(_ rows: Range<Int>) -> Tensor {
    Minibatch.matrix(observations, rows, width)
  }

  /// What was seen at the end of the returns of a range of rows, `[rows, elements]`.
  public func nextObservations(_ rows: Range<Int>) -> Tensor {
    Minibatch.matrix(nextObservations, rows, width)
  }

  /// The actions of a box, in -1...1, `[rows, components]`.
  public func actions(_ rows: Range<Int>) -> Tensor {
    Minibatch.matrix(vectors, rows, components)
  }

  /// The actions of a discrete space as rows of zeros with a 1, `[rows, count]`.
  public func choices(_ rows: Range<Int>, of count: Int) -> Tensor {
    Tensor(Shape(rows.count, count)) { output in
      for index in output.indices { output[index] = 0 }
      for row in 0..<rows.count {
        output[row * count + Int(choices[rows.lowerBound + row])] = 1
      }
    }
  }

  /// The importance-sampling weights, `[rows]`.
  public func weights(_ rows: Range<Int>) -> Tensor {
    Tensor(Shape(rows.count), copying: weights.span.extracting(rows))
  }

  /// What values should have been: the returns and, discounted, the values of what followed.
  ///
  /// - Parameter nextValues: `[rows]`.
  public func targets(_ rows: Range<Int>, nextValues: Tensor) -> Tensor {
    let values = nextValues.span
    return Tensor(Shape(rows.count)) { output in
      for row in 0..<rows.count {
        let index = rows.lowerBound + row
        output[row] = returns[index] + discounts[index] * values[row]
      }
    }
  }

  private static func matrix(_ values: [Float], _ rows: Range<Int>, _ columns: Int) -> Tensor {
    Tensor(
      Shape(rows.count, columns),
      copying: values.span.extracting(rows.lowerBound * columns..<rows.upperBound * columns))
  }
}
