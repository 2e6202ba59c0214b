public import Tensors

/// Turns observations of several kinds of parts into features.
///
/// Numbers, symbols and what sentences say together make a *context*: what is wanted, what is held,
/// what has just happened, what was rewarded. A grid's cells are looked at in the light of the context,
/// and of the things that mattered in a moment that is remembered. See `GridEncoder`, `TextEncoder` and
/// `MomentEncoder`.
public struct ObservationEncoder: Sendable, Hashable {
  /// The number of features of an observation.
  public let featureCount: Int
  /// The width of the meaning: the context and the things that are remembered.
  let meaningWidth: Int
  private let grids: [GridEncoder]
  private let lists: [ListEncoder]
  private let texts: [TextEncoder]
  private let moment: MomentEncoder?
  /// What was rewarded, as what is wanted; nil where nothing is remembered or told.
  private let wanted: Linear?
  private let numbers: [Range<Int>]
  /// The elements that stay as they are for many steps: sentences and the moment.
  private let lastingElements: [Range<Int>]
  private let context: Linear

  /// Adds an encoder's parameters to a layout.
  ///
  /// - Parameters:
  ///   - parts: what an observation holds, in its order.
  ///   - symbolWidth: the width of embeddings and of a cell's features, 2 or more.
  ///   - contextWidth: the width of the context and of what a sentence says.
  public init(
    _ parts: [ObservationPart], symbolWidth: Int, contextWidth: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    var (grids, lists, texts, numbers) =
      ([GridEncoder](), [ListEncoder](), [TextEncoder](), [Range<Int>]())
    var moment: MomentEncoder?
    let things = parts.contains(where: \.isMoment) ? MomentEncoder.glances : 0
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
        texts.append(
          TextEncoder(
            start: start, sentences: count, length: length, vocabulary: vocabulary,
            wordWidth: max(contextWidth / 4, 1), width: contextWidth, named: partName, in: &layout))
        inputs += contextWidth
      case .moment(let numbers, _, _, let kinds):
        guard let grid = grids.first else { preconditionFailure("a moment needs a grid before it") }
        moment = MomentEncoder(
          start: start, like: grid, planes: kinds.count, numbers: numbers, width: contextWidth,
          named: partName, in: &layout)
        inputs += contextWidth
      case .grid(let height, let width, let kinds):
        grids.append(
          GridEncoder(
            start: start, cells: height * width, kinds: kinds, width: symbolWidth,
            contextWidth: contextWidth, things: things, named: partName, in: &layout))
      }
      start += part.count
    }
    context = Linear(
      max(inputs, 1), contextWidth, activation: .relu, named: name + ".context", in: &layout)
    meaningWidth = contextWidth + things * symbolWidth
    featureCount = meaningWidth + grids.reduce(0) { $0 + $1.featureCount }
    (self.grids, self.lists, self.texts, self.numbers) = (grids, lists, texts, numbers)
    self.moment = moment
    lastingElements = texts.map(\.elements) + (moment.map { [$0.elements] } ?? [])
    wanted =
      moment == nil || texts.isEmpty
      ? nil
      : Linear(
        contextWidth + things * symbolWidth, contextWidth, named: name + ".wanted", in: &layout)
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
  ///   - rowsPerStep: the number of rows after which the same environments come again; sentences
  ///     that are the same as one step before are read only once, and so are all that are empty.
  ///   - reading: what was read one step before, for one step of all slots; nil if that is not kept.
  /// - Returns: `[N, featureCount]`.
  package func callAsFunction(
    _ weights: Weights, _ observations: Tensor, rowsPerStep: Int, reading: inout Reading?
  ) -> Tensor {
    let (context, things) = look(weights, observations, rowsPerStep, &reading)
    let seen = grids.flatMap { $0(weights, observations, context: context, things: things) }
    return Tensor.concatenated(seen + [context] + (things.map { [$0] } ?? []), along: 1)
  }

  /// Encodes observations of which nothing was read before, `[N, featureCount]`.
  public func callAsFunction(
    _ weights: Weights, _ observations: Tensor, rowsPerStep: Int
  ) -> Tensor {
    var reading: Reading?
    return self(weights, observations, rowsPerStep: rowsPerStep, reading: &reading)
  }

  /// The meaning among features, `[N, meaningWidth]`.
  func meaning(in features: Tensor) -> Tensor {
    features.slice(featureCount - meaningWidth..<featureCount, along: 1)
  }

  /// The context and the things that are remembered, `[N, meaningWidth]`.
  func meaning(_ weights: Weights, _ observations: Tensor, rowsPerStep: Int) -> Tensor {
    var reading: Reading?
    let (context, things) = look(weights, observations, rowsPerStep, &reading)
    return things.map { context.concatenated(with: $0, along: 1) } ?? context
  }

  /// What all but the grids says together, `[N, contextWidth]`, and the things that are remembered.
  private func look(
    _ weights: Weights, _ observations: Tensor, _ rowsPerStep: Int, _ reading: inout Reading?
  ) -> (context: Tensor, things: Tensor?) {
    let rows = observations.shape[0]
    var pieces = numbers.map { observations.slice($0, along: 1) }
    pieces += lists.map { $0(weights, observations) }
    let lasting =
      lastingElements.isEmpty
      ? nil
      : reading?.update(observations, in: lastingElements) {
        self.lasting(weights, $0, $0.shape[0])
      }
    let (said, things) = lasting ?? self.lasting(weights, observations, rowsPerStep)
    pieces += said
    if pieces.isEmpty { pieces = [.zeros(Shape(rows, 1))] }
    return (context(weights, Tensor.concatenated(pieces, along: 1)), things)
  }

  /// What sentences and the moment say, each `[N, contextWidth]`, and the things that are remembered.
  ///
  /// They stay as they are for many steps; what is the same as one step before is looked at only once,
  /// and so is all that is empty.
  private func lasting(
    _ weights: Weights, _ observations: Tensor, _ rowsPerStep: Int
  ) -> (said: [Tensor], things: Tensor?) {
    let told = texts.map(\.elements)
    guard let moment else {
      if texts.isEmpty { return ([], nil) }
      let (places, rows) = observations.distinctRows(in: told, repeatedAfter: rowsPerStep)
      let distinct = observations.gathering(rows)
      return (texts.map { $0(weights, distinct).gathering(places) }, nil)
    }
    let (moments, rows) = observations.distinctRows(
      in: [moment.elements], repeatedAfter: rowsPerStep)
    let (how, things) = moment(weights, observations.gathering(rows))
    var said = [how.gathering(moments)]
    if let wanted {
      let goals = wanted(weights, how.concatenated(with: things, along: 1))
      let (places, rows) = observations.distinctRows(
        in: told + [moment.elements], repeatedAfter: rowsPerStep)
      let goal = goals.gathering(rows.map { moments[Int($0)] })
      let distinct = observations.gathering(rows)
      said = texts.map { $0(weights, distinct, wanted: goal).gathering(places) } + said
    }
    return (said, things.gathering(moments))
  }
}

/// Symbols with a meaning by their place: a row of one table for each place and code, less that of 0,
/// which stands for nothing.
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
    let empty = (0..<count).map { Int32($0 * kinds) }
    let table = weights[table]
    return table.embeddingSum(codes, codesPerRow: count)
      - table.embeddingSum(empty, codesPerRow: count)
  }
}

/// A symbol's code as it stands in an observation, moved into its range.
struct Code {
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

extension Tensor {
  /// The rows that differ in some elements from the row `distance` before, of those where all of them
  /// are 0 only the first, and for each row where it is among them.
  fileprivate func distinctRows(
    in ranges: [Range<Int>], repeatedAfter distance: Int
  ) -> (places: [Int32], rows: [Int32]) {
    let (count, width) = (shape[0], shape[1])
    let elements = span
    var places = [Int32](repeating: 0, count: count)
    var rows: [Int32] = []
    var empty: Int32?
    for row in 0..<count {
      let start = row * width
      var (isEmpty, isSame) = (true, row >= distance)
      for range in ranges {
        for element in range {
          let now = elements[start + element]
          isEmpty = isEmpty && now == 0
          isSame = isSame && now == elements[start - distance * width + element]
          if !isEmpty && !isSame { break }
        }
      }
      if isEmpty, let empty {
        places[row] = empty
      } else if isSame {
        places[row] = places[row - distance]
      } else {
        places[row] = Int32(rows.count)
        if isEmpty { empty = places[row] }
        rows.append(Int32(row))
      }
    }
    return (places, rows)
  }
}
