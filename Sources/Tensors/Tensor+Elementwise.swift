// Elementwise operations, each with its derivative. Derivatives are written with the same
// operations, so that they can be differentiated in turn.

extension Tensor {
  /// Adds elementwise; shapes broadcast.
  public static func + (x: Tensor, y: Tensor) -> Tensor {
    let (x, y) = broadcast(x, y)
    return record(Kernel.add(x, y), x, y) { record, cotangent, sums in
      sums.add(cotangent, to: record.a)
      sums.add(cotangent, to: record.b)
    }
  }

  /// Subtracts elementwise; shapes broadcast.
  public static func - (x: Tensor, y: Tensor) -> Tensor {
    let (x, y) = broadcast(x, y)
    return record(Kernel.subtract(x, y), x, y) { record, cotangent, sums in
      sums.add(cotangent, to: record.a)
      sums.add(-cotangent, to: record.b)
    }
  }

  /// Multiplies elementwise; shapes broadcast.
  public static func * (x: Tensor, y: Tensor) -> Tensor {
    let (x, y) = broadcast(x, y)
    return record(Kernel.multiply(x, y), x, y) { record, cotangent, sums in
      sums.add(cotangent * record.b!, to: record.a)
      sums.add(cotangent * record.a, to: record.b)
    }
  }

  /// Divides elementwise; shapes broadcast.
  public static func / (x: Tensor, y: Tensor) -> Tensor {
    let (x, y) = broadcast(x, y)
    return record(Kernel.divide(x, y), x, y) { record, cotangent, sums in
      let y = record.b!
      sums.add(cotangent / y, to: record.a)
      sums.add(-(cotangent * record.output / y), to: y)
    }
  }

  /// Negates every element.
  public static prefix func - (x: Tensor) -> Tensor { -1 * x }

  /// Multiplies every element by a number.
  public static func * (factor: Float, x: Tensor) -> Tensor {
    record(Kernel.scaled(factor, x), x, scalar: factor) { record, cotangent, sums in
      sums.add(record.scalar * cotangent, to: record.a)
    }
  }

  /// Multiplies every element by a number.
  public static func * (x: Tensor, factor: Float) -> Tensor { factor * x }

  /// Divides every element by a number.
  public static func / (x: Tensor, divisor: Float) -> Tensor { (1 / divisor) * x }

  /// Adds a number to every element.
  public static func + (x: Tensor, term: Float) -> Tensor {
    record(Kernel.adding(term, x), x) { record, cotangent, sums in
      sums.add(cotangent, to: record.a)
    }
  }

  /// Adds a number to every element.
  public static func + (term: Float, x: Tensor) -> Tensor { x + term }

  /// Subtracts a number from every element.
  public static func - (x: Tensor, term: Float) -> Tensor { x + (-term) }

  /// Subtracts every element from a number.
  public static func - (term: Float, x: Tensor) -> Tensor { -x + term }

  /// The hyperbolic tangent of every element.
  public func tanh() -> Tensor {
    record(Kernel.tanh(self), self) { record, cotangent, sums in
      sums.add(cotangent * (1 - record.output * record.output), to: record.a)
    }
  }

  /// The logistic function, 1 / (1 + e⁻ˣ), of every element.
  public func sigmoid() -> Tensor {
    record(Kernel.sigmoid(self), self) { record, cotangent, sums in
      sums.add(cotangent * record.output * (1 - record.output), to: record.a)
    }
  }

  /// eˣ of every element.
  public func exp() -> Tensor {
    record(Kernel.exp(self), self) { record, cotangent, sums in
      sums.add(cotangent * record.output, to: record.a)
    }
  }

  /// The natural logarithm of every element.
  public func log() -> Tensor {
    record(Kernel.log(self), self) { record, cotangent, sums in
      sums.add(cotangent / record.a, to: record.a)
    }
  }

  /// The square root of every element.
  public func squareRoot() -> Tensor {
    record(map { $0.squareRoot() }, self) { record, cotangent, sums in
      sums.add(0.5 * cotangent / record.output, to: record.a)
    }
  }

  /// The square of every element.
  public func squared() -> Tensor { self * self }

  /// max(x, 0) of every element.
  public func relu() -> Tensor {
    record(map { Swift.max($0, 0) }, self) { record, cotangent, sums in
      sums.add(cotangent * record.output.map { $0 > 0 ? 1 : 0 }, to: record.a)
    }
  }

  /// log(1 + eˣ) of every element, without overflow.
  public func softplus() -> Tensor {
    // log(1 + eˣ) = max(x, 0) + log(1 + e^(-|x|))
    let tail = (1 + Kernel.exp(map { -Swift.abs($0) })).log()
    return record(tail + map { Swift.max($0, 0) }, self) { record, cotangent, sums in
      sums.add(cotangent * record.a.sigmoid(), to: record.a)
    }
  }

  /// The absolute value of every element; its derivative at 0 is 0.
  public func absolute() -> Tensor {
    record(map { Swift.abs($0) }, self) { record, cotangent, sums in
      sums.add(
        cotangent * record.a.map { $0 > 0 ? 1 : ($0 < 0 ? -1 : 0) }, to: record.a)
    }
  }

  /// Every element moved into a range; the derivative is 0 where the range cuts.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    let (low, high) = (range.lowerBound, range.upperBound)
    return record(map { Swift.min(Swift.max($0, low), high) }, self) {
      record, cotangent, sums in
      // What was cut is what differs from the output.
      let inside = Tensor.comparing(record.a, record.output) { $0 == $1 }
      sums.add(cotangent * inside, to: record.a)
    }
  }

  /// A new constant with a function applied to every element. No gradient flows through it.
  public func map(_ function: (Float) -> Float) -> Tensor {
    withSpan { input in
      Tensor(shape) { output in
        for index in input.indices { output[index] = function(input[index]) }
      }
    }
  }

  /// Picks, where `condition` is not 0, from `x` and elsewhere from `y`; all of one shape. No
  /// gradient flows to the condition, and none through what was not picked.
  public static func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(
      condition.shape == x.shape && x.shape == y.shape,
      "select needs three equal shapes, got \(condition.shape), \(x.shape) and \(y.shape)")
    let picked = condition.withSpan { condition in
      x.withSpan { x in
        y.withSpan { y in
          Tensor(Shape(condition.count)) { output in
            for index in condition.indices {
              output[index] = condition[index] != 0 ? x[index] : y[index]
            }
          }
        }
      }
    }
    return record(picked.reshaped(to: x.shape), x, y, saved: condition.withoutGradient) {
      record, cotangent, sums in
      sums.add(cotangent, pickedBy: record.e!, in: record)
    }
  }

  /// The lesser of two elements, shapes broadcast; where they are equal the gradient goes to `x`.
  /// NaN in either gives NaN.
  public static func minimum(_ x: Tensor, _ y: Tensor) -> Tensor {
    let (x, y) = broadcast(x, y)
    return record(Kernel.minimum(x, y), x, y) { record, cotangent, sums in
      sums.add(cotangent, pickedBy: .comparing(record.a, record.b!) { $0 <= $1 }, in: record)
    }
  }

  /// The greater of two elements, shapes broadcast; where they are equal the gradient goes to `x`.
  /// NaN in either gives NaN.
  public static func maximum(_ x: Tensor, _ y: Tensor) -> Tensor {
    let (x, y) = broadcast(x, y)
    return record(Kernel.maximum(x, y), x, y) { record, cotangent, sums in
      sums.add(cotangent, pickedBy: .comparing(record.a, record.b!) { $0 >= $1 }, in: record)
    }
  }

  /// A constant, 1 where a comparison of two elements holds, else 0; equal shapes.
  fileprivate static func comparing(
    _ x: Tensor, _ y: Tensor, _ holds: (Float, Float) -> Bool
  ) -> Tensor {
    x.withSpan { first in
      y.withSpan { second in
        Tensor(x.shape) { output in
          for index in first.indices { output[index] = holds(first[index], second[index]) ? 1 : 0 }
        }
      }
    }
  }

  /// Two tensors stretched to their common shape.
  static func broadcast(_ x: Tensor, _ y: Tensor) -> (Tensor, Tensor) {
    if x.shape == y.shape { return (x, y) }
    let shape = Shape.broadcast(x.shape, y.shape)
    return (x.broadcast(to: shape), y.broadcast(to: shape))
  }
}

extension Cotangents {
  /// Passes a cotangent on to a record's first input where `condition` is not 0, and to the second
  /// elsewhere.
  fileprivate mutating func add(_ cotangent: Tensor, pickedBy condition: Tensor, in record: Record)
  {
    let zero = Tensor.zeros(cotangent.shape)
    add(.select(condition, cotangent, zero), to: record.a)
    add(.select(condition, zero, cotangent), to: record.b)
  }
}
