extension Tensor {
  /// The same elements in another shape of as many elements; memory is shared.
  public func reshaped(to shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    precondition(
      shape.count == count, "shape \(self.shape) cannot be reshaped to \(shape)")
    return record(Tensor(shape: shape, storage: storage, offset: offset), self) {
      record, cotangent, sums in
      sums.add(cotangent.reshaped(to: record.a.shape), to: record.a)
    }
  }

  /// The elements that begin at a position of the flattened tensor, in a shape; memory is shared.
  public func view(at position: Int, shape: Shape) -> Tensor {
    precondition(
      position >= 0 && position + shape.count <= count,
      "a view of shape \(shape) at \(position) lies outside shape \(self.shape)")
    return record(
      Tensor(shape: shape, storage: storage, offset: offset + position), self, first: position
    ) { record, cotangent, sums in
      if sums.areRecorded {
        sums.add(
          cotangent.embedded(at: record.first, in: record.a.shape), to: record.a)
      } else {
        sums.add(cotangent, toElementsAt: record.first, of: record.a)
      }
    }
  }

  /// A tensor of zeros with this tensor's elements from a position on: the derivative of a view.
  package func embedded(at position: Int, in shape: Shape) -> Tensor {
    let result = Tensor.zeros(shape)
    Kernel.copy(self, at: 0, to: result, at: position, count: count)
    return record(result, self, first: position) { record, cotangent, sums in
      sums.add(cotangent.view(at: record.first, shape: record.a.shape), to: record.a)
    }
  }

  /// The elements of a range along an axis.
  public func slice(_ range: Range<Int>, along axis: Int = 0) -> Tensor {
    let axis = shape.resolve(axis)
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "slice \(range) lies outside axis \(axis) of shape \(shape)")
    var target = shape
    target[axis] = range.count
    let (outer, size, inner) = shape.split(at: axis)
    if outer == 1 { return view(at: range.lowerBound * inner, shape: target) }
    let result = Tensor(uninitialized: target)
    Kernel.copyRows(
      outer, columns: range.count * inner, self, at: range.lowerBound * inner,
      stride: size * inner, to: result, at: 0, stride: range.count * inner)
    return record(result, self, first: axis, second: range.lowerBound) {
      record, cotangent, sums in
      sums.add(
        cotangent.padded(
          along: record.first, before: record.second,
          after: record.a.shape[record.first] - record.second - cotangent.shape[record.first]),
        to: record.a)
    }
  }

  /// The tensor with zeros before and after it along an axis.
  public func padded(along axis: Int, before: Int, after: Int) -> Tensor {
    precondition(
      before >= 0 && after >= 0, "padding must not be negative, got \(before) and \(after)")
    let axis = shape.resolve(axis)
    var target = shape
    target[axis] += before + after
    let (outer, size, inner) = shape.split(at: axis)
    let result = Tensor.zeros(target)
    Kernel.copyRows(
      outer, columns: size * inner, self, at: 0, stride: size * inner, to: result,
      at: before * inner, stride: target[axis] * inner)
    return record(result, self, first: axis, second: before) { record, cotangent, sums in
      let size = record.a.shape[record.first]
      sums.add(
        cotangent.slice(record.second..<record.second + size, along: record.first),
        to: record.a)
    }
  }

  /// Tensors joined along an axis; all other sizes must agree.
  public static func concatenated(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    precondition(!tensors.isEmpty, "concatenated needs at least one tensor")
    let axis = tensors[0].shape.resolve(axis)
    var target = tensors[0].shape
    target[axis] = 0
    for tensor in tensors {
      var other = tensor.shape
      target[axis] += other[axis]
      other[axis] = tensors[0].shape[axis]
      precondition(
        other == tensors[0].shape,
        "shapes \(tensors[0].shape) and \(tensor.shape) cannot be joined along axis \(axis)")
    }
    let (outer, size, inner) = target.split(at: axis)
    let result = Tensor(uninitialized: target)
    var start = 0
    for tensor in tensors {
      let width = tensor.shape[axis] * inner
      Kernel.copyRows(
        outer, columns: width, tensor, at: 0, stride: width, to: result, at: start,
        stride: size * inner)
      start += width
    }
    return record(result, tensors[0], rest: tensors, first: axis) { record, cotangent, sums in
      var start = 0
      for tensor in record.rest {
        let end = start + tensor.shape[record.first]
        sums.add(cotangent.slice(start..<end, along: record.first), to: tensor)
        start = end
      }
    }
  }

  /// This tensor and another one joined along an axis; their shapes agree in all others.
  public func concatenated(with other: Tensor, along axis: Int = 0) -> Tensor {
    let axis = shape.resolve(axis)
    var (target, rest) = (shape, other.shape)
    target[axis] += rest[axis]
    rest[axis] = shape[axis]
    precondition(
      rest == shape, "shapes \(shape) and \(other.shape) cannot be joined along axis \(axis)")
    let (outer, size, inner) = target.split(at: axis)
    let (first, second) = (shape[axis] * inner, other.shape[axis] * inner)
    let result = Tensor(uninitialized: target)
    Kernel.copyRows(
      outer, columns: first, self, at: 0, stride: first, to: result, at: 0, stride: size * inner)
    Kernel.copyRows(
      outer, columns: second, other, at: 0, stride: second, to: result, at: first,
      stride: size * inner)
    return record(result, self, other, first: axis) { record, cotangent, sums in
      let (axis, end) = (record.first, record.output.shape[record.first])
      let middle = record.a.shape[axis]
      sums.add(cotangent.slice(0..<middle, along: axis), to: record.a)
      sums.add(cotangent.slice(middle..<end, along: axis), to: record.b)
    }
  }

  /// Tensors of one shape joined along a new first axis.
  public static func stacked(_ tensors: [Tensor]) -> Tensor {
    concatenated(tensors.map { $0.reshaped(to: Shape([1] + $0.shape.array)) })
  }

  /// The tensor with its axes in another order: axis `i` of the result is axis `order[i]` of this.
  public func permuted(_ order: [Int]) -> Tensor {
    precondition(
      order.sorted() == Array(0..<shape.rank),
      "\(order) is not an order of the axes of shape \(shape)")
    var strides = SIMD4<Int>()
    var own = [Int](repeating: 1, count: shape.rank)
    for axis in (0..<max(shape.rank - 1, 0)).reversed() {
      own[axis] = own[axis + 1] * shape[axis + 1]
    }
    for (axis, source) in order.enumerated() {
      strides[axis + Shape.maximumRank - shape.rank] = own[source]
    }
    let target = Shape(order.map { shape[$0] })
    let result = Tensor(uninitialized: target)
    withSpan { input in
      result.fillMutableSpan { Tensor.copyStrided(input, strides, target, &$0) }
    }
    return record(result, self, indices: order.map { Int32($0) }) { record, cotangent, sums in
      var inverse = [Int](repeating: 0, count: record.indices.count)
      for (axis, source) in record.indices.enumerated() { inverse[Int(source)] = axis }
      sums.add(cotangent.permuted(inverse), to: record.a)
    }
  }

  /// The tensor with its last two axes exchanged.
  public func transposed() -> Tensor {
    precondition(shape.rank >= 2, "transposed needs two axes, got shape \(shape)")
    var order = Array(0..<shape.rank)
    order.swapAt(shape.rank - 1, shape.rank - 2)
    return permuted(order)
  }

  /// The tensor with its first two axes exchanged: `[M, N, width]` gives `[N, M, width]`.
  package func exchangingFirstAxes() -> Tensor {
    precondition(shape.rank == 3, "exchangingFirstAxes needs three axes, got shape \(shape)")
    let (rows, columns, width) = (shape[0], shape[1], shape[2])
    let target = Shape(columns, rows, width)
    if rows == 1 || columns == 1 { return reshaped(to: target) }
    let result = Tensor(uninitialized: target)
    for row in 0..<rows {
      Kernel.copyRows(
        columns, columns: width, self, at: row * columns * width, stride: width, to: result,
        at: row * width, stride: rows * width)
    }
    return record(result, self) { record, cotangent, sums in
      sums.add(cotangent.exchangingFirstAxes(), to: record.a)
    }
  }

  /// The rows (along the first axis) at given positions: for embeddings and minibatches.
  public func gathering(_ positions: [Int32]) -> Tensor {
    let rows = shape[0]
    var target = shape
    target[0] = positions.count
    let width = count / max(rows, 1)
    let result = Tensor(uninitialized: target)
    precondition(
      positions.allSatisfy { $0 >= 0 && $0 < rows }, "a position lies outside shape \(shape)")
    Kernel.gatherRows(positions, columns: width, self, to: result)
    return record(result, self, indices: positions) { record, cotangent, sums in
      sums.add(
        cotangent.scatteringSum(record.indices, rows: record.a.shape[0]), to: record.a)
    }
  }

  /// A tensor of `rows` rows to which each row of this is added at its position: the derivative of
  /// gathering.
  public func scatteringSum(_ positions: [Int32], rows: Int) -> Tensor {
    precondition(
      positions.count == shape[0], "\(positions.count) positions for shape \(shape)")
    var target = shape
    target[0] = rows
    let width = count / max(shape[0], 1)
    let result = Tensor.zeros(target)
    for (row, position) in positions.enumerated() {
      precondition(position >= 0 && position < rows, "row \(position) lies outside 0..<\(rows)")
      Kernel.add(self, at: row * width, to: result, at: Int(position) * width, count: width)
    }
    return record(result, self, indices: positions) { record, cotangent, sums in
      sums.add(cotangent.gathering(record.indices), to: record.a)
    }
  }

  /// One element of each row: `[rows, columns]` and a position a row give `[rows]`.
  public func picking(_ positions: [Int32]) -> Tensor {
    precondition(
      shape.rank == 2 && positions.count == shape[0],
      "picking needs [rows, columns] and a position a row, got \(shape) and \(positions.count)")
    let columns = Int32(shape[1])
    precondition(
      positions.allSatisfy { $0 >= 0 && $0 < columns },
      "a picked position lies outside 0..<\(columns)")
    guard node != .constant else {
      let elements = span
      return Tensor(Shape(positions.count)) { picked in
        for row in positions.indices {
          picked[row] = elements[row * Int(columns) + Int(positions[row])]
        }
      }
    }
    let flat = positions.enumerated().map { Int32($0.offset) * columns + $0.element }
    return reshaped(to: Shape(count, 1)).gathering(flat).reshaped(to: Shape(positions.count))
  }
}
