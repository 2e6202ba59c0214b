internal import Tensors

/// A moment that is remembered: what was seen on a grid when a reward came, and the numbers beside it,
/// such as the action that brought it.
///
/// Which of the cells mattered is found by two glances g, each a softmax over the cells i. They go by
/// where a cell is, p, by the numbers n, and by little of what is in it, C·e: that something is there.
/// What exactly it is goes on as it is: as what is to be looked for now.
///
///     hᵢ = relu(H·[relu(C·eᵢ), pᵢ, n])         a_g = softmaxᵢ(s_g·hᵢ)
///     things = Σᵢ a_gᵢ·eᵢ                       how = relu(M·[Σᵢ a_gᵢ·hᵢ, n])
///
/// So a thing that was never rewarded before can be recognised like any other. A network that takes in
/// the things as well learns which of them are rewarded in training, and nothing for any other.
struct MomentEncoder: Sendable, Hashable {
  /// The number of glances.
  static let glances = 2
  private static let hiddenWidth = 32
  private static let placeWidth = 16
  private static let contentWidth = 4

  /// The elements of an observation that the moment takes up.
  let elements: Range<Int>
  private let grid: GridEncoder
  private let planes: Int
  private let place: Parameter
  private let content: Linear
  private let hidden: Linear
  private let score: Linear
  private let how: Linear

  /// - Parameters:
  ///   - start: where the moment's elements begin.
  ///   - grid: the encoder of what is seen now.
  ///   - planes: how many of the grid's planes are remembered, the first ones.
  ///   - numbers: how many numbers stand behind the grid.
  ///   - width: the width of what is said of the moment.
  init(
    start: Int, like grid: GridEncoder, planes: Int, numbers: Int, width: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    elements = start..<start + grid.cells * planes + numbers
    (self.grid, self.planes) = (grid, planes)
    let (hiddenWidth, placeWidth) = (MomentEncoder.hiddenWidth, MomentEncoder.placeWidth)
    place = layout.add(name + ".place", [grid.cells, placeWidth], .orthogonal(gain: 1))
    content = Linear(
      grid.width, MomentEncoder.contentWidth, activation: .relu, named: name + ".content",
      in: &layout)
    hidden = Linear(
      MomentEncoder.contentWidth + placeWidth + numbers, hiddenWidth, activation: .relu,
      named: name + ".hidden", in: &layout)
    score = Linear(hiddenWidth, MomentEncoder.glances, named: name + ".score", in: &layout)
    how = Linear(
      MomentEncoder.glances * hiddenWidth + numbers, width, activation: .relu,
      named: name + ".how", in: &layout)
  }

  /// - Returns: how the moment was, `[N, width]`, and the things that mattered,
  ///   `[N, glances · symbolWidth]`; zeros where there is none.
  func callAsFunction(
    _ weights: Weights, _ observations: Tensor
  ) -> (how: Tensor, things: Tensor) {
    let rows = observations.shape[0]
    let moments = observations.slice(elements, along: 1)
    let numbers = moments.slice(grid.cells * planes..<elements.count, along: 1)
    let embedded = grid.embed(weights, moments, from: 0, planes: planes)
    let cells = grid.cells
    let cell = (0..<rows * cells).map { Int32($0 % cells) }
    let moment = (0..<rows * cells).map { Int32($0 / cells) }
    let hidden = hidden(
      weights,
      Tensor.concatenated(
        [content(weights, embedded), weights[place].gathering(cell), numbers.gathering(moment)],
        along: 1))
    let share = score(weights, hidden).reshaped(to: Shape(rows, cells, MomentEncoder.glances))
      .permuted([0, 2, 1]).softmax()
    func seen(_ features: Tensor) -> Tensor {
      let count = features.shape[1]
      return matrixProduct(share, features.reshaped(to: Shape(rows, cells, count)))
        .reshaped(to: Shape(rows, MomentEncoder.glances * count))
    }
    let seenElements = moments.elements
    let isThere = Tensor(
      Shape(rows, 1),
      (0..<rows).map { row in
        seenElements[row * elements.count..<(row + 1) * elements.count].contains { $0 != 0 } ? 1 : 0
      })
    let how = how(weights, seen(hidden).concatenated(with: numbers, along: 1))
    return (isThere * how, isThere * seen(embedded))
  }
}
