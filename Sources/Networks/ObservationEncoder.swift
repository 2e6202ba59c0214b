public import Tensors

/// Turns observations of several kinds of parts into features.
///
/// Numbers, symbols and sentences together make a *context*: what is wanted, what is held, what was
/// said. Symbols are embedded by their place, sentences read by a window of three words that is
/// moved along them. A grid's cells are embedded as the sum of their symbols and then looked at in
/// the light of the context, which scales and shifts what each cell says (FiLM), and once more by
/// a layer that all cells share, so that a cell can tell a red ball from what is red or a ball:
///
///     h = relu((1 + γ(c)) · (W·e + b) + β(c)),   y = relu(V·h + d)
///
/// Source: Perez et al. (2018), arXiv:1709.07871; for instructions on grids: Chevalier-Boisvert et
/// al. (2018), arXiv:1810.08272.
public struct ObservationEncoder: Sendable, Hashable {
  /// The number of features of an observation.
  public let featureCount: Int
  private let grids: [GridEncoder]
  private let lists: [ListEncoder]
  private let sentences: [SentenceEncoder]
  private let numbers: [Range<Int>]
  private let context: Linear

  /// Adds an encoder's parameters to a layout.
  ///
  /// - Parameters:
  ///   - parts: what an observation holds, in its order.
  ///   - symbolWidth: the width of embeddings and of a cell's features.
  ///   - contextWidth: the width of the context.
  public init(
    _ parts: [ObservationPart], symbolWidth: Int, contextWidth: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    var (grids, lists, sentences, numbers) =
      ([GridEncoder](), [ListEncoder](), [SentenceEncoder](), [Range<Int>]())
    var (start, inputs) = (0, 0)
    for (index, part) in parts.enumerated() {
      let partName = "\(name).\(index)"
      switch part {
      case .numbers(let count):
        numbers.append(start..<start + count)
        inputs += count
      case .symbols(let count, let kinds):
        lists.append(
          ListEncoder(
            start: start, count: count, kinds: kinds, width: contextWidth, named: partName,
            in: &layout))
        inputs += contextWidth
      case .words(let count, let length, let vocabulary):
        sentences.append(
          SentenceEncoder(
            start: start, sentences: count, length: length, vocabulary: vocabulary,
            wordWidth: symbolWidth, width: contextWidth, named: partName, in: &layout))
        inputs += count * contextWidth
      case .grid(let height, let width, let kinds):
        grids.append(
          GridEncoder(
            start: start, cells: height * width, kinds: kinds, width: symbolWidth,
            contextWidth: contextWidth, named: partName, in: &layout))
      }
      start += part.count
    }
    context = Linear(
      max(inputs, 1), contextWidth, activation: .relu, named: name + ".context", in: &layout)
    featureCount = contextWidth + grids.reduce(0) { $0 + $1.cells * symbolWidth }
    (self.grids, self.lists, self.sentences, self.numbers) = (grids, lists, sentences, numbers)
  }

  /// The multiplications in products of matrices that an observation needs. Sentences are left out:
  /// they stay the same over a try and need not be read at each step.
  var multiplications: Int {
    grids.reduce(context.multiplications) { $0 + $1.multiplications }
  }

  /// Encodes observations.
  ///
  /// - Parameters:
  ///   - observations: `[N, elements]`, constants.
  ///   - rowsPerStep: the number of rows after which the same environments come again; a sentence
  ///     that is the same as one step before is read only once, and so are all that are empty.
  /// - Returns: `[N, featureCount]`.
  public func callAsFunction(
    _ weights: Weights, _ observations: Tensor, rowsPerStep: Int
  ) -> Tensor {
    let rows = observations.shape[0]
    var pieces = numbers.map { observations.slice($0, along: 1) }
    pieces += lists.map { $0(weights, observations) }
    pieces += sentences.map { $0(weights, observations, rowsPerStep: rowsPerStep) }
    if pieces.isEmpty { pieces = [.zeros(Shape(rows, 1))] }
    let context = context(weights, Tensor.concatenated(pieces, along: 1))
    return Tensor.concatenated(
      grids.map { $0(weights, observations, context: context) } + [context], along: 1)
  }
}

/// Symbols with a meaning by their place: a row of one table for each place and code.
private struct ListEncoder: Sendable, Hashable {
  let start: Int
  let count: Int
  let kinds: Int
  let table: Parameter

  init(
    start: Int, count: Int, kinds: Int, width: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    (self.start, self.count, self.kinds) = (start, count, kinds)
    table = layout.add(name + ".table", [count * kinds, width], .orthogonal(gain: 1))
  }

  func callAsFunction(_ weights: Weights, _ observations: Tensor) -> Tensor {
    let codes = observations.codes(
      at: start, count: count, kinds: kinds, offset: kinds)
    return weights[table].embeddingSum(codes, codesPerRow: count)
  }
}

/// Planes of symbols on a grid, modulated by a context.
private struct GridEncoder: Sendable, Hashable {
  let start: Int
  let cells: Int
  let kinds: [Int]
  let width: Int
  let table: Parameter
  let cell: Linear
  let modulation: Linear
  let mixing: Linear

  init(
    start: Int, cells: Int, kinds: [Int], width: Int, contextWidth: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    (self.start, self.cells, self.kinds, self.width) = (start, cells, kinds, width)
    table = layout.add(
      name + ".table", [kinds.reduce(0, +), width], .orthogonal(gain: 1))
    cell = Linear(width, width, named: name + ".cell", in: &layout)
    modulation = Linear(
      contextWidth, 2 * width, named: name + ".modulation", in: &layout)
    mixing = Linear(width, width, activation: .relu, named: name + ".mixing", in: &layout)
  }

  var multiplications: Int {
    modulation.multiplications + cells * (cell.multiplications + mixing.multiplications)
  }

  func callAsFunction(
    _ weights: Weights, _ observations: Tensor, context: Tensor
  ) -> Tensor {
    let rows = observations.shape[0]
    let embedded = weights[table].embeddingSum(
      codes(of: observations), codesPerRow: kinds.count)
    let said = cell(weights, embedded).reshaped(to: Shape(rows, cells, width))
    let light = modulation(weights, context)
    let scale = (1 + light.slice(0..<width, along: 1)).reshaped(to: Shape(rows, 1, width))
    let shift = light.slice(width..<2 * width, along: 1).reshaped(to: Shape(rows, 1, width))
    let lit = (scale * said + shift).relu().reshaped(to: Shape(rows * cells, width))
    return mixing(weights, lit).reshaped(to: Shape(rows, cells * width))
  }

  /// The rows of the table for each cell: one of each plane's, `[N · cells · planes]`.
  private func codes(of observations: Tensor) -> [Int32] {
    let (planes, columns) = (kinds.count, observations.shape[1])
    let first = kinds.indices.map { kinds[..<$0].reduce(0, +) }
    let rows = observations.shape[0]
    let elements = observations.span
    var codes = [Int32](repeating: 0, count: rows * cells * planes)
    for row in 0..<rows {
      for plane in 0..<planes {
        let from = row * columns + start + plane * cells
        for index in 0..<cells {
          codes[(row * cells + index) * planes + plane] =
            Int32(first[plane]) + Code(elements[from + index], below: kinds[plane]).value
        }
      }
    }
    return codes
  }
}

/// Sentences, by a window of three words.
private struct SentenceEncoder: Sendable, Hashable {
  let start: Int
  let sentences: Int
  let length: Int
  let vocabulary: Int
  let table: Parameter
  let window: Linear

  init(
    start: Int, sentences: Int, length: Int, vocabulary: Int, wordWidth: Int, width: Int,
    named name: String, in layout: inout WeightLayout
  ) {
    precondition(length >= 3, "a sentence has room for at least 3 words, got \(length)")
    (self.start, self.sentences, self.length) = (start, sentences, length)
    self.vocabulary = vocabulary
    table = layout.add(name + ".table", [vocabulary, wordWidth], .orthogonal(gain: 1))
    window = Linear(
      3 * wordWidth, width, activation: .relu, named: name + ".window", in: &layout)
  }

  func callAsFunction(
    _ weights: Weights, _ observations: Tensor, rowsPerStep: Int
  ) -> Tensor {
    let codes = observations.codes(
      at: start, count: sentences * length, kinds: vocabulary, offset: 0)
    let (places, distinct) = codes.lines(of: length, repeatedAfter: rowsPerStep * sentences)
    let width = weights[table].shape[1]
    let lines = distinct.count / length
    let embedded = weights[table].embeddingSum(distinct, codesPerRow: 1)
      .reshaped(to: [lines, 1, length, width])
    let read = window(weights, embedded.windows(Window(height: 1, width: 3)))
    let features = read.shape[1]
    let summed = read.reshaped(to: Shape(lines, length - 2, features)).sum(along: 1)
    return summed.gathering(places)
      .reshaped(to: Shape(observations.shape[0], sentences * features))
  }
}

/// A symbol's code as it stands in an observation, moved into its range.
private struct Code {
  let value: Int32

  init(_ element: Float, below kinds: Int) {
    value = element > 0 ? Int32(min(element, Float(kinds - 1))) : 0
  }
}

extension Tensor {
  /// The codes of `count` elements of each row, `offset` times its place added to each.
  func codes(at start: Int, count: Int, kinds: Int, offset: Int) -> [Int32] {
    let (rows, columns) = (shape[0], shape[1])
    let elements = span
    var codes = [Int32](repeating: 0, count: rows * count)
    for row in 0..<rows {
      for place in 0..<count {
        let element = elements[row * columns + start + place]
        codes[row * count + place] =
          Int32(offset * place) + Code(element, below: kinds).value
      }
    }
    return codes
  }
}

extension [Int32] {
  /// The lines that differ from the one `distance` lines before, of empty ones only the first, and
  /// for each line where it is among those.
  fileprivate func lines(
    of width: Int, repeatedAfter distance: Int
  ) -> (places: [Int32], distinct: [Int32]) {
    var places = [Int32](repeating: 0, count: count / width)
    var distinct: [Int32] = []
    var empty: Int32?
    for line in places.indices {
      let now = self[line * width..<(line + 1) * width]
      let isEmpty = now.allSatisfy { $0 == 0 }
      if isEmpty, let empty {
        places[line] = empty
      } else if !isEmpty, line >= distance,
        now.elementsEqual(self[(line - distance) * width..<(line - distance + 1) * width])
      {
        places[line] = places[line - distance]
      } else {
        places[line] = Int32(distinct.count / width)
        if isEmpty { empty = places[line] }
        distinct += now
      }
    }
    return (places, distinct)
  }
}
