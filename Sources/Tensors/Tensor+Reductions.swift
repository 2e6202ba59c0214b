extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor {
    record(Tensor(Kernel.sum(self)), self) { record, cotangent, sums in
      sums.add(cotangent.broadcast(to: record.a.shape), to: record.a)
    }
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { sum() / Float(count) }

  /// The sums along an axis, which is left out of the result, or kept with size 1.
  public func sum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    let (outer, size, inner) = shape.split(at: axis)
    var kept = shape
    kept[axis] = 1
    let result = Tensor(uninitialized: keepingAxis ? kept : shape.removing(axis))
    Kernel.sum(self, outer: outer, size: size, inner: inner, into: result)
    return record(result, self, first: shape.resolve(axis)) { record, cotangent, sums in
      var kept = record.a.shape
      kept[record.first] = 1
      sums.add(
        cotangent.reshaped(to: kept).broadcast(to: record.a.shape), to: record.a)
    }
  }

  /// The means along an axis, which is left out of the result, or kept with size 1.
  public func mean(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    sum(along: axis, keepingAxis: keepingAxis) / Float(shape[axis])
  }

  /// The largest elements along the last axis, kept with size 1. The gradient goes to the first of
  /// equals.
  public func maximum() -> Tensor {
    let columns = shape[-1]
    var kept = shape
    kept[-1] = 1
    let positions = argumentMaximum()
    let largest = withSpan { input in
      Tensor(kept) { output in
        for row in output.indices { output[row] = input[row * columns + Int(positions[row])] }
      }
    }
    return record(largest, self, indices: positions) { record, cotangent, sums in
      let shape = record.a.shape
      let oneHot = Tensor.oneHot(record.indices, count: shape[-1]).reshaped(to: shape)
      sums.add(cotangent.broadcast(to: shape) * oneHot, to: record.a)
    }
  }

  /// The position of the largest element of each row (along the last axis), the first of equals.
  public func argumentMaximum() -> [Int32] {
    let columns = shape[-1]
    precondition(columns > 0, "argumentMaximum needs at least one column, got shape \(shape)")
    return withSpan { input in
      (0..<input.count / columns).map { row in
        var best = 0
        for column in 1..<columns
        where input[row * columns + column] > input[row * columns + best] {
          best = column
        }
        return Int32(best)
      }
    }
  }

  /// Rows of zeros with a 1 at each given position, `[positions, count]`.
  public static func oneHot(_ positions: [Int32], count: Int) -> Tensor {
    precondition(
      positions.allSatisfy { $0 >= 0 && $0 < count }, "a position lies outside 0..<\(count)")
    return Tensor([positions.count, count]) { output in
      for index in output.indices { output[index] = 0 }
      for (row, position) in positions.enumerated() { output[row * count + Int(position)] = 1 }
    }
  }

  /// Stretches the tensor to a shape: axes are matched from the last, size 1 stretches.
  public func broadcast(to target: Shape) -> Tensor {
    if target == shape { return self }
    precondition(
      Shape.broadcast(shape, target) == target, "shape \(shape) does not broadcast to \(target)")
    let result = Tensor(uninitialized: target)
    if count == 1 {
      Kernel.fill(result, with: item)
    } else {
      let strides = strides(broadcastTo: target)
      withSpan { input in
        result.fillMutableSpan { output in
          Tensor.copyStrided(input, strides, target, &output)
        }
      }
    }
    return record(result, self) { record, cotangent, sums in
      sums.add(cotangent.sum(to: record.a.shape), to: record.a)
    }
  }

  /// Sums over the axes along which `target` was stretched: the derivative of broadcasting.
  package func sum(to target: Shape) -> Tensor {
    if target == shape { return self }
    if target.count == 1 { return sum().reshaped(to: target) }
    var result = self
    while result.shape.rank > target.rank { result = result.sum(along: 0) }
    for axis in 0..<target.rank where target[axis] == 1 && result.shape[axis] != 1 {
      result = result.sum(along: axis, keepingAxis: true)
    }
    return result
  }

  /// The strides with which this tensor is read as one of the target's shape.
  private func strides(broadcastTo target: Shape) -> SIMD4<Int> {
    var result = SIMD4<Int>()
    var stride = 1
    for axis in (0..<shape.rank).reversed() {
      let position = axis + target.rank - shape.rank + (Shape.maximumRank - target.rank)
      result[position] = shape[axis] == 1 ? 0 : stride
      stride *= shape[axis]
    }
    return result
  }

  /// Copies with given strides for four axes, of which the last `target.rank` are used.
  static func copyStrided(
    _ input: Span<Float>, _ strides: SIMD4<Int>, _ target: Shape,
    _ output: inout MutableSpan<Float>
  ) {
    var sizes = SIMD4<Int>(repeating: 1)
    for axis in 0..<target.rank { sizes[axis + Shape.maximumRank - target.rank] = target[axis] }
    var written = 0
    for i in 0..<sizes[0] {
      for j in 0..<sizes[1] {
        for k in 0..<sizes[2] {
          let start = i * strides[0] + j * strides[1] + k * strides[2]
          for l in 0..<sizes[3] {
            output[written] = input[start + l * strides[3]]
            written += 1
          }
        }
      }
    }
  }
}

extension Tensor {
  /// The Euclidean norm of all elements; not differentiated.
  public var norm: Float { Kernel.dot(self, self).squareRoot() }
}
