extension Tensor {
  /// The logarithm of the softmax of each row (along the last axis).
  public func logSoftmax() -> Tensor {
    record(Kernel.logSoftmax(self, columns: shape[-1]), self) { record, cotangent, sums in
      let total = cotangent.sum(along: -1, keepingAxis: true)
      sums.add(cotangent - record.output.exp() * total, to: record.a)
    }
  }

  /// The softmax of each row (along the last axis): positive, with sum 1.
  public func softmax() -> Tensor { logSoftmax().exp() }

  /// log Σ eˣ of each row (along the last axis), which is kept with size 1.
  public func logSumExp() -> Tensor {
    let largest = maximum().withoutGradient
    return (self - largest).exp().sum(along: -1, keepingAxis: true).log() + largest
  }

  /// The log-probability of one choice a row, for unnormalised logits: `[rows, choices]` give
  /// `[rows]`. Its negative is the softmax cross-entropy.
  ///
  ///     log p(aᵣ) = zᵣ,ₐ − log Σⱼ exp zᵣ,ⱼ        ∂/∂z = 1ₐ − softmax(z)
  public func logProbability(of choices: [Int32]) -> Tensor {
    precondition(
      shape.rank == 2 && choices.count == shape[0],
      "logProbability needs [rows, choices] and a choice a row, got \(shape) and \(choices.count)")
    let logarithms = Kernel.logSoftmax(self, columns: shape[1])
    return record(logarithms.picking(choices), self, saved: logarithms, indices: choices) {
      record, cotangent, sums in
      if sums.areRecorded {
        sums.add(
          through: { $0[0].logSoftmax().picking(record.indices) }, of: [record.a],
          cotangent: cotangent)
        return
      }
      let columns = record.a.shape[1]
      let slopes = Kernel.exp(record.e!)
      let result = slopes.withSpan { softmax in
        cotangent.withSpan { cotangent in
          Tensor(record.a.shape) { output in
            for row in cotangent.indices {
              for column in 0..<columns {
                let chosen: Float = column == Int(record.indices[row]) ? 1 : 0
                let index = row * columns + column
                output[index] = cotangent[row] * (chosen - softmax[index])
              }
            }
          }
        }
      }
      sums.add(result, to: record.a)
    }
  }

  /// The mean softmax cross-entropy of rows of logits against the right choices, a scalar.
  public func crossEntropy(with choices: [Int32]) -> Tensor {
    -logProbability(of: choices).mean()
  }
}
