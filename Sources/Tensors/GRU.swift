/// Runs a gated recurrent unit over a sequence, in one operation.
///
///     r = σ(xʳ + hʳ)    z = σ(xᶻ + hᶻ)    n = tanh(xⁿ + r ⊙ hⁿ)
///     h′ = (1 − z) ⊙ n + z ⊙ h            with (hʳ hᶻ hⁿ) = h·W + b
///
/// The reset gate acts on the memory's projection, so one matrix product a step suffices.
///
/// Source: Cho et al. (2014), arXiv:1406.1078; the variant with the reset gate after the product.
/// - Parameters:
///   - projected: the projection of the inputs with their bias, in the order r, z, n:
///     `[T, B, 3·H]`.
///   - memory: h before the first step, `[B, H]`.
///   - weight: W, `[H, 3·H]`.
///   - bias: b, `[3·H]`.
///   - keep: 1 where a step starts from the memory, 0 where the memory is wiped first, `[T, B]`.
/// - Returns: h after each step, `[T, B, H]`. No gradient flows to `keep`.
public func gatedRecurrence(
  projected: Tensor, memory: Tensor, weight: Tensor, bias: Tensor, keep: Tensor
) -> Tensor {
  precondition(
    projected.shape.rank == 3 && memory.shape.rank == 2 && weight.shape.rank == 2
      && keep.shape.rank == 2 && projected.shape[0] > 0
      && projected.shape == Shape(keep.shape[0], memory.shape[0], 3 * memory.shape[1])
      && weight.shape == Shape(memory.shape[1], projected.shape[2])
      && bias.count == projected.shape[2] && keep.shape[1] == memory.shape[0],
    "gatedRecurrence needs [T, B, 3H], [B, H], [H, 3H], [3H] and [T, B], got "
      + "\(projected.shape), \(memory.shape), \(weight.shape), \(bias.shape), \(keep.shape)")
  let output = Tensor(uninitialized: Shape(keep.shape[0], memory.shape[0], memory.shape[1]))
  let previous = Tensor(uninitialized: output.shape)
  let gates = Tensor(uninitialized: projected.shape)
  let candidate = Tensor(uninitialized: output.shape)
  runGatedRecurrence(
    projected, memory, weight, bias, keep, previous: previous, gates: gates,
    candidate: candidate, output: output)
  return record(
    output, projected, memory, weight, bias, saved: gates, candidate, previous,
    keep.withoutGradient
  ) { record, cotangent, sums in
    if sums.areRecorded {
      sums.add(
        through: {
          composedGatedRecurrence(
            projected: $0[0], memory: $0[1], weight: $0[2], bias: $0[3], keep: record.h!)
        }, of: [record.a, record.b!, record.c!, record.d!], cotangent: cotangent)
    } else {
      gatedRecurrenceDerivative(record, cotangent, &sums)
    }
  }
}

/// Walks through the sequence and writes the last four tensors.
private func runGatedRecurrence(
  _ projected: Tensor, _ memory: Tensor, _ weight: Tensor, _ bias: Tensor, _ keep: Tensor,
  previous: Tensor, gates: Tensor, candidate: Tensor, output: Tensor
) {
  let (steps, rows, width) = (output.shape[0], output.shape[1], output.shape[2])
  let block = rows * width
  let projection = Tensor(uninitialized: Shape(rows, 3 * width))
  for step in 0..<steps {
    Kernel.scaleRows(
      rows: rows, columns: width, by: keep, at: step * rows, step == 0 ? memory : output,
      at: step == 0 ? 0 : (step - 1) * block, into: previous, at: step * block)
    Kernel.matrixProduct(
      rows: rows, columns: 3 * width, depth: width, previous, at: step * block,
      transposed: false, weight, transposed: false, into: projection)
    Kernel.addBias(bias, activation: .identity, to: projection, columns: 3 * width)
    Kernel.gruForward(
      rows: rows, width: width, x: projected, at: 3 * step * block, memory: previous,
      at: step * block, projection: projection, gates: gates, candidate: candidate,
      next: output, step: step)
  }
}

/// Walks back through the sequence, then takes the weights' derivative in one matrix product.
private func gatedRecurrenceDerivative(
  _ record: Record, _ cotangent: Tensor, _ sums: inout Cotangents
) {
  let (projected, memory, weight, bias) = (record.a, record.b!, record.c!, record.d!)
  let (gates, candidate, previous, keep) = (record.e!, record.f!, record.g!, record.h!)
  let (steps, rows, width) = (projected.shape[0], projected.shape[1], memory.shape[1])
  let block = rows * width
  let dProjected = Tensor(uninitialized: projected.shape)
  let dProjection = Tensor(uninitialized: projected.shape)
  let dPrevious = Tensor(uninitialized: memory.shape)
  let dNext = Tensor(uninitialized: memory.shape)
  Kernel.copy(cotangent, at: (steps - 1) * block, to: dNext, at: 0, count: block)
  for step in (0..<steps).reversed() {
    Kernel.gruBackward(
      rows: rows, width: width, gates: gates, candidate: candidate, previous: previous,
      cotangent: dNext, dx: dProjected, dProjection: dProjection, dMemory: dPrevious, step: step)
    if step == 0 && !sums.wants(memory) { break }
    Kernel.matrixProduct(
      rows: rows, columns: width, depth: 3 * width, dProjection, at: 3 * step * block,
      transposed: false, weight, transposed: true, into: dPrevious, beta: 1)
    Kernel.scaleRows(
      rows: rows, columns: width, by: keep, at: step * rows, dPrevious, at: 0, into: dNext, at: 0)
    if step > 0 {
      Kernel.add(cotangent, at: (step - 1) * block, to: dNext, at: 0, count: block)
    }
  }
  sums.add(dNext, to: memory)
  sums.add(dProjected, to: projected)
  let flatPrevious = previous.reshaped(to: Shape(steps * rows, width))
  let flatProjection = dProjection.reshaped(to: Shape(steps * rows, 3 * width))
  sums.add(matrixProduct(flatPrevious, flatProjection, transposingFirst: true), to: weight)
  if sums.wants(bias) {
    let dBias = Tensor.zeros(bias.shape)
    Kernel.addRows(dProjection, columns: 3 * width, into: dBias)
    sums.add(dBias, to: bias)
  }
}

/// The gated recurrent unit made of single operations.
package func composedGatedRecurrence(
  projected: Tensor, memory: Tensor, weight: Tensor, bias: Tensor, keep: Tensor
) -> Tensor {
  let (steps, rows, width) = (projected.shape[0], projected.shape[1], memory.shape[1])
  var memory = memory
  var outputs: [Tensor] = []
  for step in 0..<steps {
    let x = projected.slice(step..<step + 1).reshaped(to: [rows, 3 * width])
    memory = memory * keep.slice(step..<step + 1).reshaped(to: [rows, 1])
    let h = matrixProduct(memory, weight) + bias.reshaped(to: [3 * width])
    let reset = (x.slice(0..<width, along: 1) + h.slice(0..<width, along: 1)).sigmoid()
    let update =
      (x.slice(width..<2 * width, along: 1) + h.slice(width..<2 * width, along: 1)).sigmoid()
    let candidate =
      (x.slice(2 * width..<3 * width, along: 1) + reset * h.slice(2 * width..<3 * width, along: 1))
      .tanh()
    memory = (1 - update) * candidate + update * memory
    outputs.append(memory)
  }
  return .stacked(outputs)
}
