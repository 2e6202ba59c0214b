/// Lets each step of a sequence attend to itself and to some steps before it, in one operation.
///
///     sⱼ = q·xⱼ + pⱼ        y = Σⱼ softmax(s)ⱼ·xⱼ        over the inputs x that are visible
///
/// An input is its own key and its own value, for all heads alike: whoever calls maps queries into
/// the space of inputs and results out of it. So a step needs no product for what it remembers, and
/// a slot's heads and steps are one matrix.
///
/// - Parameters:
///   - queries: q of each step and head, `[B, T, H, D]`.
///   - positions: p by the place in the window, the oldest first and the step itself last,
///     `[B, T, H, W]`.
///   - inputs: x of the steps, `[B, T, D]`; the gradient by keys and values goes to them.
///   - context: holds the same inputs behind those of the W − 1 steps before, `[W − 1 + T, D]` from
///     `start` on in each row. No gradient flows to it.
///   - visible: how many inputs each step attends to, itself included, 1 to W, `[B, T]`.
/// - Returns: `[B, T, H, D]`.
package func windowedAttention(
  queries: Tensor, positions: Tensor, inputs: Tensor, context: Tensor, at start: Int = 0,
  visible: Tensor
) -> Tensor {
  let sizes = WindowSizes(queries, positions, context, at: start)
  precondition(
    inputs.shape == Shape(sizes.rows, sizes.steps, sizes.width) && sizes.allows(visible),
    "windowedAttention needs [B, T, D] and [B, T] of 1 to \(sizes.window) besides "
      + "\(queries.shape), got \(inputs.shape) and \(visible.shape)")
  let scores = products(queries, context, sizes)
  let weights = Tensor.zeros(scores.shape)
  sizes.forEachQuery(visible) { score, position, count in
    Kernel.softmaxOfSum(
      scores, at: score, positions, at: position, into: weights, at: score, count: count)
  }
  return record(
    mixtures(weights, context, sizes), queries, positions, inputs, saved: weights,
    context.withoutGradient, visible.withoutGradient, first: start
  ) { record, cotangent, sums in
    if sums.areRecorded {
      sums.add(
        through: {
          composedWindowedAttention(
            queries: $0[0], positions: $0[1], inputs: $0[2], context: record.f!,
            at: record.first, visible: record.g!)
        }, of: [record.a, record.b!, record.c!], cotangent: cotangent)
    } else {
      windowedAttentionDerivative(record, cotangent, &sums)
    }
  }
}

/// The sizes of one call.
private struct WindowSizes {
  let rows: Int
  let steps: Int
  let heads: Int
  let width: Int
  let window: Int
  private let start: Int
  private let stride: Int

  init(_ queries: Tensor, _ positions: Tensor, _ context: Tensor, at start: Int) {
    precondition(
      queries.shape.rank == 4 && positions.shape.rank == 4 && context.shape.rank == 2
        && positions.shape.removing(3) == queries.shape.removing(3)
        && context.shape[0] == queries.shape[0] && start >= 0
        && start + (positions.shape[3] - 1 + queries.shape[1]) * queries.shape[3]
          <= context.shape[1],
      "windowedAttention needs [B, T, H, D], [B, T, H, W] and room for W - 1 + T inputs in each of "
        + "B rows, got \(queries.shape), \(positions.shape) and \(context.shape) from \(start) on")
    (rows, steps) = (queries.shape[0], queries.shape[1])
    (heads, width) = (queries.shape[2], queries.shape[3])
    window = positions.shape[3]
    self.start = start
    stride = context.shape[1]
  }

  /// Whether each step sees at least itself and at most a window.
  func allows(_ visible: Tensor) -> Bool {
    let counts = visible.span
    return visible.shape == Shape(rows, steps)
      && counts.indices.allSatisfy { 1...Float(window) ~= counts[$0] }
  }

  /// The inputs that a row's steps can see, all together.
  var keys: Int { window - 1 + steps }
  /// A row's queries and, with each of its keys, scores.
  var queries: Int { steps * heads }
  var scores: Int { queries * keys }

  /// Where a row's keys begin in the context.
  func keysStart(_ row: Int) -> Int { row * stride + start }

  /// Calls a function for each query with where its visible scores begin, and where the positions
  /// that belong to them do, and how many there are.
  @inline(__always)
  func forEachQuery(
    _ visible: Tensor, _ body: (_ score: Int, _ position: Int, _ count: Int) -> Void
  ) {
    visible.withSpan { visible in
      for step in visible.indices {
        let count = Int(visible[step])
        for query in step * heads..<(step + 1) * heads {
          body(query * keys + step % steps + window - count, (query + 1) * window - count, count)
        }
      }
    }
  }
}

/// The products of each query's vector, `[B, T, H, D]`, with its row's keys: `[B, T · H, keys]`.
private func products(_ vectors: Tensor, _ context: Tensor, _ sizes: WindowSizes) -> Tensor {
  let result = Tensor(uninitialized: Shape(sizes.rows, sizes.queries, sizes.keys))
  for row in 0..<sizes.rows {
    Kernel.matrixProduct(
      rows: sizes.queries, columns: sizes.keys, depth: sizes.width, vectors,
      at: row * sizes.queries * sizes.width, transposed: false, context,
      at: sizes.keysStart(row), transposed: true, into: result, at: row * sizes.scores)
  }
  return result
}

/// The sums of keys by each query's weights, `[B, T · H, keys]`: `[B, T, H, D]`.
private func mixtures(_ weights: Tensor, _ context: Tensor, _ sizes: WindowSizes) -> Tensor {
  let result = Tensor(uninitialized: Shape(sizes.rows, sizes.steps, sizes.heads, sizes.width))
  for row in 0..<sizes.rows {
    Kernel.matrixProduct(
      rows: sizes.queries, columns: sizes.width, depth: sizes.keys, weights,
      at: row * sizes.scores, transposed: false, context, at: sizes.keysStart(row),
      transposed: false, into: result, at: row * sizes.queries * sizes.width)
  }
  return result
}

private func windowedAttentionDerivative(
  _ record: Record, _ cotangent: Tensor, _ sums: inout Cotangents
) {
  let (queries, positions, inputs) = (record.a, record.b!, record.c!)
  let (weights, context, visible) = (record.e!, record.f!, record.g!)
  let sizes = WindowSizes(queries, positions, context, at: record.first)
  let dWeights = products(cotangent, context, sizes)
  let dScores = Tensor.zeros(weights.shape)
  let dPositions = Tensor.zeros(positions.shape)
  sizes.forEachQuery(visible) { score, position, count in
    Kernel.softmaxDerivative(weights, dWeights, into: dScores, at: score, count: count)
    Kernel.copy(dScores, at: score, to: dPositions, at: position, count: count)
  }
  sums.add(dPositions, to: positions)
  sums.add(mixtures(dScores, context, sizes), to: queries)
  let dInputs = Tensor(uninitialized: inputs.shape)
  for row in 0..<sizes.rows {
    let (query, score) = (row * sizes.queries * sizes.width, row * sizes.scores)
    // The last T of the keys are the steps' own.
    func addToInputs(_ scores: Tensor, _ vectors: Tensor, beta: Float) {
      Kernel.stridedProduct(
        rows: sizes.steps, columns: sizes.width, depth: sizes.queries, scores,
        at: score + sizes.window - 1, stride: sizes.keys, transposed: true, vectors, at: query,
        stride: sizes.width, transposed: false, into: dInputs, at: row * sizes.steps * sizes.width,
        stride: sizes.width, beta: beta)
    }
    addToInputs(dScores, queries, beta: 0)
    addToInputs(weights, cotangent, beta: 1)
  }
  sums.add(dInputs, to: inputs)
}

/// Windowed attention made of single operations.
package func composedWindowedAttention(
  queries: Tensor, positions: Tensor, inputs: Tensor, context: Tensor, at start: Int = 0,
  visible: Tensor
) -> Tensor {
  let sizes = WindowSizes(queries, positions, context, at: start)
  let (rows, steps, before) = (sizes.rows, sizes.steps, sizes.window - 1)
  let keys = context.slice(start..<start + before * sizes.width, along: 1)
    .reshaped(to: Shape(rows, before, sizes.width)).concatenated(with: inputs, along: 1)
  let scores = matrixProduct(
    queries.reshaped(to: Shape(rows, sizes.queries, sizes.width)), keys, transposingSecond: true)
  let placed = Tensor.concatenated(
    (0..<steps).map {
      positions.slice($0..<$0 + 1, along: 1).padded(along: 3, before: $0, after: steps - 1 - $0)
    }, along: 1)
  var mask = [Float](repeating: -1e9, count: scores.count)
  sizes.forEachQuery(visible) { score, _, count in
    for index in score..<score + count { mask[index] = 0 }
  }
  let weights =
    (scores + placed.reshaped(to: scores.shape) + Tensor(scores.shape, mask)).softmax()
  return matrixProduct(weights, keys).reshaped(to: queries.shape)
}
