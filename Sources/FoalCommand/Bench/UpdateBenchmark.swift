internal import Agents
internal import Networks
internal import Tensors
internal import UpdateYardstick

/// One PPO update of a network whose hidden layers are shared, beside the same update written by
/// hand in C on the same BLAS: forward, clipped surrogate, backward, Adam with a clipped norm.
/// Observations of 8, 4 actions.
struct UpdateBenchmark: Sendable {
  /// The most that Foal's time may be, as a multiple of the hand-written loop's.
  static let target = 1.25

  /// The sizes that are measured.
  static let all = [(64, 64), (64, 512), (64, 4096), (256, 512)].map { width, samples in
    UpdateBenchmark(width: width, samples: samples)
  }

  /// The width of each of the two hidden layers; a multiple of 8.
  let width: Int
  let samples: Int

  /// What was measured.
  struct Result: Sendable {
    let benchmark: UpdateBenchmark
    /// Seconds of one update.
    var foal = Rounds()
    var byHand = Rounds()
    /// The products that an update must do, in 10⁹ operations a second.
    var gigaflops: Double { benchmark.operations / foal.median / 1e9 }
    var ratio: Double { (foal / byHand).median }
  }

  /// The additions and multiplications of the matrix products that an update must do: forward, to
  /// the weights and, but for the first layer, to the inputs.
  var operations: Double {
    let (w, inputs, heads) = (Double(width), 8.0, 5.0)
    return 2 * Double(samples) * (3 * w * w + 2 * inputs * w + 3 * heads * w)
  }

  /// Measures all sizes on one core.
  static func results(_ run: BenchRun) throws -> [Result] {
    try run.section("updates", measurements: all.count * (run.rounds + 1)) { progress in
      try all.map { benchmark in
        let yardstick = Yardstick(benchmark)
        var result = Result(benchmark: benchmark)
        // The first round warms caches and pools up and does not count.
        for round in 0...run.rounds {
          var update = PolicyUpdate(benchmark)
          let foal = secondsPerCall(for: run.choose(0.1, quick: 0.02)) { update() }
          let byHand = yardstick.secondsPerUpdate(for: run.choose(0.1, quick: 0.02))
          if round > 0 {
            result.foal.append(foal)
            result.byHand.append(byHand)
          }
          try progress.measured()
        }
        return result
      }
    }
  }
}

/// Foal's update.
private struct PolicyUpdate {
  private let network: ActorCritic
  private var weights: Weights
  private var adam: Adam
  private let observations: Tensor
  private let samples: SurrogateSamples
  private let loss = ClippedSurrogate(
    clipRange: 0.2, valueCoefficient: 0.5, entropyCoefficient: 0.01)

  init(_ benchmark: UpdateBenchmark) {
    var random = RandomStream(seed: 0)
    network = ActorCritic(
      .init(
        observationCount: 8, actions: .categorical(4), hidden: [benchmark.width, benchmark.width]))
    weights = Weights(initializing: network.layout, using: &random)
    adam = Adam(count: network.layout.count)
    observations = .normal([benchmark.samples, 8], using: &random)
    samples = SurrogateSamples(drawing: benchmark.samples, choices: 4, using: &random)
  }

  mutating func callAsFunction() {
    let (_, gradient, _) = valueAndGradient(at: weights) { weights in
      loss.fused(head: network(weights, observations).head, samples)
    }
    adam.update(&weights, gradient: gradient, rate: 3e-4, maximumNorm: 0.5)
  }
}

extension SurrogateSamples {
  /// Samples of no meaning, as a policy close to uniform would have drawn them.
  init(drawing count: Int, choices: Int, using random: inout RandomStream) {
    self.init(
      choices: (0..<count).map { _ in Int32(random.integer(below: choices)) },
      logProbabilities: Tensor(filling: [count], with: -1.386),
      advantages: .normal([count], using: &random), returns: .normal([count], using: &random))
  }
}

/// The update written by hand.
private final class Yardstick {
  private let pointer: OpaquePointer

  init(_ benchmark: UpdateBenchmark) {
    pointer = foal_yardstick_make(Int32(benchmark.samples), Int32(benchmark.width))
    // Foal's first product is what tells the BLAS to use one thread.
    _ = matrixProduct(Tensor.ones([1, 1]), Tensor.ones([1, 1]))
  }

  deinit { foal_yardstick_free(pointer) }

  /// Times updates, the first from the weights at the beginning.
  func secondsPerUpdate(for seconds: Double) -> Double {
    foal_yardstick_reset(pointer)
    return secondsPerCall(for: seconds) { foal_yardstick_update(pointer, 1) }
  }
}

extension UpdateBenchmark.Result {
  /// What is told of a result, given the rate of matrix products that one core reaches at most.
  struct Document: Encodable {
    var network: String
    var samples: Int
    var microseconds: Rounds
    var byHandMicroseconds: Rounds
    var updatesPerSecond: Double
    var ratio: Double
    var targetRatio = UpdateBenchmark.target
    var gigaflops: Double
    var ceilingGigaflops: Double
    var shareOfCeiling: Double
  }

  func document(under ceilings: Ceilings) -> Document {
    Document(
      network: benchmark.name, samples: benchmark.samples, microseconds: foal.map { 1e6 * $0 },
      byHandMicroseconds: byHand.map { 1e6 * $0 }, updatesPerSecond: 1 / foal.median,
      ratio: ratio, gigaflops: gigaflops, ceilingGigaflops: ceilings.gigaflops.oneCore,
      shareOfCeiling: gigaflops / ceilings.gigaflops.oneCore)
  }
}

extension UpdateBenchmark {
  /// The hidden layers: "64x64".
  var name: String { "\(width)x\(width)" }
}
