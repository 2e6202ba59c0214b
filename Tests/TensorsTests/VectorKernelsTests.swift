import Foundation
import Testing
import VectorKernels

/// The instruction sets a processor may have: baseline, AVX2, AVX-512. One that is missing stands
/// for the best below it.
private let levels: [Int32] = [0, 1, 2]

/// Lengths with and without a rest after whole vectors.
private let counts = [0, 1, 7, 8, 9, 33, 100]

private let shapes = [
  [0, 3], [1, 1], [3, 1], [5, 7], [40, 1], [37, 2], [70, 18], [9, 16], [33, 33], [3, 64], [5, 129],
  [2, 512],
]

/// Calls `body` with this thread limited to an instruction set.
private func limited<Result>(to level: Int32, _ body: () -> Result) -> Result {
  foal_limit_instruction_set(level)
  defer { foal_limit_instruction_set(-1) }
  return body()
}

/// Reproducible numbers in −scale...scale.
private func numbers(_ count: Int, seed: UInt64, scale: Float = 2) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return scale * (Float(state >> 40) / Float(1 << 23) - 1)
  }
}

private func expectClose(
  _ found: [Float], _ wanted: [Double], tolerance: Double = 2e-6, _ name: Comment? = nil,
  location: SourceLocation = #_sourceLocation
) {
  #expect(found.count == wanted.count, name, sourceLocation: location)
  let wrong = zip(found, wanted).first { !(abs(Double($0) - $1) <= tolerance * max(1, abs($1))) }
  #expect(wrong == nil, name, sourceLocation: location)
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// The distance of `found` from the exact value, in units of the last place of a float.
private func unitsInLastPlace(_ found: Float, _ wanted: Double) -> Double {
  let rounded = Float(wanted)
  if found == rounded || (found.isNaN && rounded.isNaN) { return 0 }
  guard found.isFinite, rounded.isFinite else {
    let finite = found.isFinite ? found : rounded
    return abs(finite) == .greatestFiniteMagnitude && !found.isNaN && !rounded.isNaN ? 1 : .infinity
  }
  return abs(Double(found) - wanted) / Double(max(rounded.ulp, .leastNonzeroMagnitude))
}

private struct Function: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let kernel: @Sendable (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  let exact: @Sendable (Double) -> Double

  /// Each special input with the value it must give, bit for bit but for NaN.
  let special: [(Float, Float)]
}

private let functions = [
  Function(
    testDescription: "exp", kernel: { foal_exp($0, $1, $2) }, exact: { exp($0) },
    special: [(.infinity, .infinity), (-.infinity, 0), (0, 1), (-0.0, 1), (89, .infinity)]),
  Function(
    testDescription: "tanh", kernel: { foal_tanh($0, $1, $2) }, exact: { tanh($0) },
    special: [(.infinity, 1), (-.infinity, -1), (0, 0), (-0.0, -0.0), (-20, -1)]),
  Function(
    testDescription: "sigmoid", kernel: { foal_sigmoid($0, $1, $2) }, exact: { sigmoid($0) },
    special: [(.infinity, 1), (-.infinity, 0), (0, 0.5), (-0.0, 0.5)]),
  Function(
    testDescription: "log", kernel: { foal_log($0, $1, $2) }, exact: { log($0) },
    special: [(.infinity, .infinity), (0, -.infinity), (-0.0, -.infinity), (-1, .nan), (1, 0)]),
]

@Suite struct VectorKernelsTests {
  @Test(arguments: functions, levels)
  private func functionIsWithinFourUnitsInTheLastPlace(_ function: Function, level: Int32) {
    let inputs = stride(from: UInt32(0), through: .max, by: 4099).map(Float.init(bitPattern:))
    var outputs = [Float](repeating: 0, count: inputs.count)
    limited(to: level) { function.kernel(inputs.count, inputs, &outputs) }
    var worst = (error: 0.0, input: Float(0))
    for (x, y) in zip(inputs, outputs) {
      let error = unitsInLastPlace(y, function.exact(Double(x)))
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error < 4, "at \(worst.input)")
  }

  @Test func sineAndCosineAreWithinTwoUnitsInTheLastPlace() {
    // Dense near 0, where poles are balanced; up to the limit; and next to multiples of π/2, where
    // the result is all that is left of the angle.
    let small = numbers(40_000, seed: 3, scale: 8).map(Double.init)
    let large = numbers(20_000, seed: 4, scale: 1e6).map(Double.init)
    let multiples = (-20_000...20_000).map { Double($0) * 31 * .pi / 2 }
    let angles = [0, -0.0, 1e6, -1e6] + small + large + multiples
    var sines = [Double](repeating: .nan, count: angles.count)
    var cosines = sines
    foal_sine_cosine(angles.count, angles, &sines, &cosines)
    func worst(_ found: [Double], _ wanted: (Double) -> Double) -> Double {
      zip(found, angles).map { abs($0 - wanted($1)) / wanted($1).ulp }.max() ?? .nan
    }
    #expect(worst(sines) { sin($0) } <= 2)
    #expect(worst(cosines) { cos($0) } <= 2)
    for level in levels {
      var (sines2, cosines2) = (sines.map { _ in 0.0 }, sines.map { _ in 0.0 })
      limited(to: level) { foal_sine_cosine(angles.count, angles, &sines2, &cosines2) }
      #expect(sines2 == sines && cosines2 == cosines, "level \(level)")
    }
  }

  @Test(arguments: functions, levels)
  private func functionKeepsSpecialValues(_ function: Function, level: Int32) {
    for (input, wanted) in function.special + [(.nan, .nan)] {
      // 17 copies, so that both whole vectors and the rest see the value.
      var values = [Float](repeating: input, count: 17)
      limited(to: level) {
        values.withUnsafeMutableBufferPointer {
          function.kernel(17, $0.baseAddress, $0.baseAddress)
        }
      }
      #expect(
        values.allSatisfy { wanted.isNaN ? $0.isNaN : $0.bitPattern == wanted.bitPattern },
        "\(input) gave \(values)")
    }
  }

  @Test(arguments: functions, levels)
  private func functionHandlesEveryLengthAndItsOwnInput(_ function: Function, level: Int32) {
    for count in counts {
      let x = numbers(count, seed: 1).map { abs($0) + 0.1 }
      var apart = x + [42]
      var inPlace = x
      limited(to: level) {
        function.kernel(count, x, &apart)
        inPlace.withUnsafeMutableBufferPointer {
          function.kernel(count, $0.baseAddress, $0.baseAddress)
        }
      }
      expectClose(Array(apart.dropLast()), x.map { function.exact(Double($0)) })
      #expect(apart.last == 42, "wrote past the end")
      #expect(inPlace == Array(apart.dropLast()))
    }
  }

  @Test(arguments: counts, levels)
  func arithmetic(count: Int, level: Int32) {
    let x = numbers(count, seed: 1)
    let y = numbers(count, seed: 2).map { $0 == 0 ? 1 : $0 }
    let operations: [(String, (UnsafeMutablePointer<Float>?) -> Void, (Float, Float) -> Float)] = [
      ("add", { foal_add(count, x, y, $0) }, { $0 + $1 }),
      ("subtract", { foal_subtract(count, x, y, $0) }, { $0 - $1 }),
      ("multiply", { foal_multiply(count, x, y, $0) }, { $0 * $1 }),
      ("divide", { foal_divide(count, x, y, $0) }, { $0 / $1 }),
      ("minimum", { foal_minimum(count, x, y, $0) }, { min($0, $1) }),
      ("maximum", { foal_maximum(count, x, y, $0) }, { max($0, $1) }),
      ("scale", { foal_scale(count, 1.5, x, $0) }, { x, _ in 1.5 * x }),
      ("add scalar", { foal_add_scalar(count, 1.5, x, $0) }, { x, _ in 1.5 + x }),
    ]
    for (name, kernel, exact) in operations {
      var z = [Float](repeating: 0, count: count)
      limited(to: level) { kernel(&z) }
      #expect(z == zip(x, y).map(exact), "\(name)")
    }
    var z = y
    limited(to: level) { foal_add_scaled(count, 1.5, x, &z) }
    expectClose(z, zip(x, y).map { Double($1) + 1.5 * Double($0) })
  }

  @Test(arguments: levels)
  func notANumberIsNeverSwallowed(level: Int32) {
    let x: [Float] = [.nan, 1]
    let y: [Float] = [1, .nan]
    let bias: [Float] = [0, 0]
    var least = x
    var most = x
    var active = x
    limited(to: level) {
      foal_minimum(2, x, y, &least)
      foal_maximum(2, x, y, &most)
      foal_bias_activation(1, 2, Int32(FOAL_RELU), bias, &active)
    }
    #expect((least + most).allSatisfy { $0.isNaN })
    #expect(active[0].isNaN && active[1] == 1)
  }

  @Test(arguments: counts + [1000], levels)
  func sums(count: Int, level: Int32) {
    let x = numbers(count, seed: 1)
    let y = numbers(count, seed: 2)
    let (sum, dot) = limited(to: level) { (foal_sum(count, x), foal_dot(count, x, y)) }
    expectClose([sum], [x.reduce(0) { $0 + Double($1) }], tolerance: 2e-5)
    expectClose([dot], [zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }], tolerance: 2e-5)
  }

  @Test(arguments: shapes, levels)
  func rowSums(shape: [Int], level: Int32) {
    let (rows, columns) = (shape[0], shape[1])
    let x = numbers(rows * columns, seed: 1)
    let before = numbers(columns, seed: 2)
    var sum = before
    limited(to: level) { foal_add_rows(rows, columns, x, &sum) }
    expectClose(
      sum,
      (0..<columns).map { c in
        (0..<rows).reduce(Double(before[c])) { $0 + Double(x[$1 * columns + c]) }
      }, tolerance: 2e-5)
  }

  @Test(arguments: shapes, levels)
  func biasAndActivation(shape: [Int], level: Int32) {
    let (rows, columns) = (shape[0], shape[1])
    let activations: [(Int, (Double) -> Double, (Double) -> Double)] = [
      (FOAL_IDENTITY, { $0 }, { _ in 1 }), (FOAL_TANH, { tanh($0) }, { 1 - $0 * $0 }),
      (FOAL_RELU, { max(0, $0) }, { $0 > 0 ? 1 : 0 }), (FOAL_SIGMOID, sigmoid, { $0 * (1 - $0) }),
    ]
    let x = numbers(rows * columns, seed: 1)
    let bias = numbers(columns, seed: 2)
    let above = numbers(rows * columns, seed: 3)
    for (activation, function, derivative) in activations {
      var y = x
      var below = above
      var sum = [Float](repeating: 42, count: columns)
      limited(to: level) {
        foal_bias_activation(rows, columns, Int32(activation), bias, &y)
        below.withUnsafeMutableBufferPointer {
          foal_activation_backward(
            rows, columns, Int32(activation), y, $0.baseAddress, $0.baseAddress, &sum)
        }
      }
      let out = x.indices.map { function(Double(x[$0]) + Double(bias[$0 % columns])) }
      expectClose(y, out, "activation \(activation)")
      let wanted = y.indices.map { Double(above[$0]) * derivative(Double(y[$0])) }
      expectClose(below, wanted, "derivative of activation \(activation)")
      expectClose(
        sum,
        (0..<columns).map { c in (0..<rows).reduce(0) { $0 + wanted[$1 * columns + c] } },
        tolerance: 2e-5, "bias of activation \(activation)")
    }
  }

  @Test(arguments: [[0, 4], [1, 1], [3, 7], [2, 16], [5, 33]], levels)
  func gatedRecurrentUnit(shape: [Int], level: Int32) {
    let (rows, width) = (shape[0], shape[1])
    let count = rows * width
    let x = numbers(3 * count, seed: 1)
    let hx = numbers(3 * count, seed: 2)
    let h = numbers(count, seed: 3)
    let above = numbers(count, seed: 4)
    var gates = hx
    var candidate = h
    var next = h
    var aloneGates = x
    var aloneNext = h
    var dx = x
    var dhx = hx
    var dh = h
    limited(to: level) {
      gates.withUnsafeMutableBufferPointer {
        foal_gru_forward(rows, width, x, $0.baseAddress, h, $0.baseAddress, &candidate, &next)
      }
      foal_gru_forward(rows, width, x, hx, h, &aloneGates, nil, &aloneNext)
      foal_gru_backward(rows, width, gates, candidate, h, above, &dx, &dhx, &dh)
    }
    #expect(aloneGates == gates && aloneNext == next)

    var wanted = [String: [Double]]()
    for row in 0..<rows {
      var blocks = [String: [Double]]()
      for i in 0..<width {
        func input(_ gate: Int) -> Double { Double(x[(row * 3 + gate) * width + i]) }
        func memory(_ gate: Int) -> Double { Double(hx[(row * 3 + gate) * width + i]) }
        let old = Double(h[row * width + i])
        let d = Double(above[row * width + i])
        let r = sigmoid(input(0) + memory(0))
        let z = sigmoid(input(1) + memory(1))
        let n = tanh(input(2) + r * memory(2))
        let toN = d * (1 - z) * (1 - n * n)
        let toZ = d * (old - n) * z * (1 - z)
        let toR = toN * memory(2) * r * (1 - r)
        for (name, value) in [
          ("r", r), ("z", z), ("n", n), ("toR", toR), ("toZ", toZ), ("toN", toN), ("rn", toN * r),
        ] { blocks[name, default: []].append(value) }
        wanted["candidate", default: []].append(memory(2))
        wanted["next", default: []].append((1 - z) * n + z * old)
        wanted["dh", default: []].append(d * z)
      }
      for (name, parts) in [
        ("gates", ["r", "z", "n"]), ("dx", ["toR", "toZ", "toN"]), ("dhx", ["toR", "toZ", "rn"]),
      ] { wanted[name, default: []] += parts.flatMap { blocks[$0]! } }
    }
    for (name, found) in [
      ("candidate", candidate), ("next", next), ("gates", gates), ("dx", dx), ("dhx", dhx),
      ("dh", dh),
    ] { expectClose(found, wanted[name] ?? [], "\(name)") }
  }

  @Test(arguments: shapes, levels)
  func layerNorm(shape: [Int], level: Int32) {
    let (rows, columns) = (shape[0], shape[1])
    let count = rows * columns
    let x = numbers(count, seed: 1)
    let gain = numbers(columns, seed: 2)
    let bias = numbers(columns, seed: 3)
    let above = numbers(count, seed: 4)
    var normal = x
    var inverse = [Float](repeating: 0, count: rows)
    var y = x
    var dx = x
    var dgain = bias
    var dbias = gain
    limited(to: level) {
      foal_layer_norm_forward(rows, columns, 0.01, x, gain, bias, &normal, &inverse, &y)
      foal_layer_norm_backward(
        rows, columns, normal, inverse, gain, above, &dx, &dgain, &dbias)
    }
    var normals = [Double]()
    var inverses = [Double]()
    var ys = [Double]()
    var dxs = [Double]()
    var dgains = bias.map(Double.init)
    var dbiases = gain.map(Double.init)
    for row in 0..<rows {
      let values = x[row * columns..<(row + 1) * columns].map(Double.init)
      let ds = above[row * columns..<(row + 1) * columns].map(Double.init)
      let mean = values.reduce(0, +) / Double(columns)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      let factor = 1 / (variance + 0.01).squareRoot()
      let normal = values.map { ($0 - mean) * factor }
      let dn = (0..<columns).map { ds[$0] * Double(gain[$0]) }
      let average = dn.reduce(0, +) / Double(columns)
      let slope = (0..<columns).reduce(0) { $0 + dn[$1] * normal[$1] } / Double(columns)
      inverses.append(factor)
      for c in 0..<columns {
        normals.append(normal[c])
        ys.append(normal[c] * Double(gain[c]) + Double(bias[c]))
        dxs.append(factor * (dn[c] - average - normal[c] * slope))
        dgains[c] += ds[c] * normal[c]
        dbiases[c] += ds[c]
      }
    }
    for (name, found, wanted) in [
      ("inverse", inverse, inverses), ("normal", normal, normals), ("y", y, ys), ("dx", dx, dxs),
      ("gain", dgain, dgains), ("bias", dbias, dbiases),
    ] { expectClose(found, wanted, tolerance: 2e-5, "\(name)") }
  }

  @Test(arguments: shapes, levels)
  func logSoftmax(shape: [Int], level: Int32) {
    let (rows, columns) = (shape[0], shape[1])
    let x = numbers(rows * columns, seed: 1, scale: 30)
    var y = x
    limited(to: level) {
      y.withUnsafeMutableBufferPointer {
        foal_log_softmax(rows, columns, $0.baseAddress, $0.baseAddress)
      }
    }
    expectClose(
      y,
      (0..<rows).flatMap { row in
        let values = x[row * columns..<(row + 1) * columns].map(Double.init)
        let most = values.max() ?? 0
        let total = log(values.reduce(0) { $0 + exp($1 - most) })
        return values.map { $0 - most - total }
      })
  }

  @Test(arguments: [3, 40], levels)
  func logSoftmaxRulesOutChoicesAtMinusInfinity(columns: Int, level: Int32) {
    let rows = 20
    var y = [Float](repeating: 1e30, count: rows * columns)
    for row in 0..<rows { y[row * columns] = -.infinity }
    let x = y
    limited(to: level) { foal_log_softmax(rows, columns, x, &y) }
    let even = -log(Double(columns - 1))
    for row in 0..<rows {
      #expect(y[row * columns] == -.infinity)
      expectClose(
        Array(y[row * columns + 1..<(row + 1) * columns]),
        [Double](repeating: even, count: columns - 1))
    }
  }

  @Test(arguments: counts, levels)
  func softmaxOfSum(count: Int, level: Int32) {
    let (x, y) = (numbers(count, seed: 1, scale: 30), numbers(count, seed: 2, scale: 30))
    let above = numbers(count, seed: 3)
    var (softmax, below) = (x, x)
    limited(to: level) {
      foal_softmax_of_sum(count, x, y, &softmax)
      foal_softmax_backward(count, softmax, above, &below)
    }
    let sums = zip(x, y).map { Double($0) + Double($1) }
    let parts = sums.map { exp($0 - (sums.max() ?? 0)) }
    let wanted = parts.map { $0 / parts.reduce(0, +) }
    expectClose(softmax, wanted)
    let mean = zip(wanted, above).reduce(0) { $0 + $1.0 * Double($1.1) }
    expectClose(below, zip(wanted, above).map { $0 * (Double($1) - mean) })
  }

  @Test(arguments: counts, levels)
  func adam(count: Int, level: Int32) {
    let settings = foal_adam_settings(
      gradientScale: 0.5, rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-5, decay: 0.1,
      correction1: 2, correction2: 3)
    let g = numbers(count, seed: 1)
    let m = numbers(count, seed: 2)
    let v = numbers(count, seed: 3).map(abs)
    let w = numbers(count, seed: 4)
    var newM = m
    var newV = v
    var newW = w
    limited(to: level) {
      withUnsafePointer(to: settings) { foal_adam(count, $0, g, &newM, &newV, &newW) }
    }
    let d = g.map { 0.5 * Double($0) }
    let first = g.indices.map { 0.9 * Double(m[$0]) + 0.1 * d[$0] }
    let second = g.indices.map { 0.99 * Double(v[$0]) + 0.01 * d[$0] * d[$0] }
    expectClose(newM, first)
    expectClose(newV, second)
    expectClose(
      newW,
      g.indices.map {
        let step = first[$0] * 2 / ((second[$0] * 3).squareRoot() + 1e-5)
        return Double(w[$0]) - 0.01 * (step + 0.1 * Double(w[$0]))
      })
  }
}
