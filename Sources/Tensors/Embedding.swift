extension Tensor {
  /// Adds up rows of a table, `codesPerRow` of them for each row of the result: embeddings of
  /// several symbols that stand together.
  ///
  ///     yᵣ = Σⱼ T[cᵣ,ⱼ]          ∂/∂T adds the cotangent's row r to each T[cᵣ,ⱼ]
  ///
  /// - Parameters:
  ///   - codes: `[rows · codesPerRow]`, each a row of this table `[codes, width]`.
  ///   - codesPerRow: the number of codes that are added up, 1 or more.
  /// - Returns: `[rows, width]`.
  public func embeddingSum(_ codes: [Int32], codesPerRow: Int) -> Tensor {
    precondition(
      shape.rank == 2 && codesPerRow > 0 && codes.count % codesPerRow == 0,
      "embeddingSum needs a table [codes, width] and codes in rows of \(codesPerRow), got \(shape) "
        + "and \(codes.count) codes")
    let (limit, width) = (Int32(shape[0]), shape[1])
    precondition(
      codes.allSatisfy { $0 >= 0 && $0 < limit }, "a code lies outside a table of \(limit)")
    let rows = codes.count / codesPerRow
    let result = Tensor.zeros(Shape(rows, width))
    for (index, code) in codes.enumerated() {
      Kernel.add(
        self, at: Int(code) * width, to: result, at: index / codesPerRow * width, count: width)
    }
    return record(result, self, first: codesPerRow, indices: codes) { record, cotangent, sums in
      sums.add(
        cotangent.embeddingScatter(
          record.indices, codesPerRow: record.first, rows: record.a.shape[0]), to: record.a)
    }
  }

  /// A table of `rows` rows to which each row of this is added at all of its codes: the derivative
  /// of ``embeddingSum(_:codesPerRow:)``.
  package func embeddingScatter(_ codes: [Int32], codesPerRow: Int, rows: Int) -> Tensor {
    let width = shape[1]
    let result = Tensor.zeros(Shape(rows, width))
    for (index, code) in codes.enumerated() {
      Kernel.add(
        self, at: index / codesPerRow * width, to: result, at: Int(code) * width, count: width)
    }
    return record(result, self, first: codesPerRow, indices: codes) { record, cotangent, sums in
      sums.add(cotangent.embeddingSum(record.indices, codesPerRow: record.first), to: record.a)
    }
  }
}
