internal import Agents
internal import Networks
internal import Tensors

/// One PPO update of a policy with a memory, beside nothing but the matrix products that it must
/// do, of exactly its shapes: forward, clipped surrogate, backward through all steps, Adam.
///
/// A hidden layer of 128, a gated recurrent unit of 128, observations of 8, 4 actions; 64 sequences
/// of 64 steps; one core.
struct RecurrentBenchmark: Sendable {
  /// The least share of the update's time that its products alone should take.
  static let target = 0.5

  private static let (width, sequences, steps) = (128, 64, 64)
  private static let (inputs, choices) = (8, 4)

  /// Seconds of one update.
  private(set) var foal = Rounds()
  /// Seconds of its products alone.
  private(set) var products = Rounds()

  /// The products' time as a share of the update's.
  var share: Double { (products / foal).median }
  /// The products' operations, in 10⁹ a second of the update.
  var gigaflops: Double { Self.operations / foal.median / 1e9 }

  init(_ run: BenchRun) throws {
    var (foal, products) = (Rounds(), Rounds())
    try run.section("recurrent update", measurements: run.rounds + 1) { progress in
      let plain = Self.products.map(PlainProduct.init)
      var update = RecurrentUpdate()
      // The first round warms caches and pools up and does not count.
      for round in 0...run.rounds {
        let seconds = run.choose(0.3, quick: 0.05)
        let times = (
          foal: secondsPerCall(for: seconds) { update() },
          products: secondsPerCall(for: seconds) { for product in plain { product() } }
        )
        if round > 0 {
          foal.append(times.foal)
          products.append(times.products)
        }
        try progress.measured()
      }
    }
    (self.foal, self.products) = (foal, products)
  }

  /// The shapes of the products that an update must do.
  private static var products: [PlainProduct.Form] {
    let (all, gates, head) = (sequences * steps, 3 * width, choices + 1)
    return [
      // The hidden layer: forward, and to its weights.
      .init(rows: all, columns: width, depth: inputs),
      .init(rows: inputs, columns: width, depth: all, transposed: .first),
      // The unit's input: forward, to its weights, to the hidden layer.
      .init(rows: all, columns: gates, depth: width),
      .init(rows: width, columns: gates, depth: all, transposed: .first),
      .init(rows: all, columns: width, depth: gates, transposed: .second),
      // The recurrence, step by step: forward, and back to the step before; then to its weights.
      .init(rows: sequences, columns: gates, depth: width, times: steps),
      .init(rows: sequences, columns: width, depth: gates, transposed: .second, times: steps - 1),
      .init(rows: width, columns: gates, depth: all, transposed: .first),
      // The head: forward, to its weights, to the memory.
      .init(rows: all, columns: head, depth: width),
      .init(rows: width, columns: head, depth: all, transposed: .first),
      .init(rows: all, columns: width, depth: head, transposed: .second),
    ]
  }

  private static var operations: Double { products.reduce(0) { $0 + $1.operations } }

  /// Foal's update.
  private struct RecurrentUpdate {
    private let network = ActorCritic(
      .init(
        observationCount: inputs, actions: .categorical(choices), hidden: [width], memory: width))
    private var weights: Weights
    private var adam: Adam
    private let observations: Tensor
    private let memory = Tensor.zeros([sequences, width])
    private let keep = Tensor.ones([steps, sequences])
    private let samples: SurrogateSamples
    private let loss = ClippedSurrogate(
      clipRange: 0.2, valueCoefficient: 0.5, entropyCoefficient: 0.01)

    init() {
      var random = RandomStream(seed: 0)
      weights = Weights(initializing: network.layout, using: &random)
      adam = Adam(count: network.layout.count)
      observations = .normal([sequences * steps, inputs], using: &random)
      samples = SurrogateSamples(drawing: sequences * steps, choices: choices, using: &random)
    }

    mutating func callAsFunction() {
      let (_, gradient, _) = valueAndGradient(at: weights) { weights in
        loss.fused(
          head: network(weights, observations, memory: memory, keep: keep).head, samples)
      }
      adam.update(&weights, gradient: gradient, rate: 3e-4, maximumNorm: 0.5)
    }
  }
}

/// A product of two matrices as the BLAS does it, with nothing around it.
private struct PlainProduct {
  enum Transposition { case none, first, second }

  /// The shapes of a product and how often it is done.
  struct Form {
    var rows: Int
    var columns: Int
    var depth: Int
    var transposed = Transposition.none
    var times = 1

    /// One addition or multiplication is one operation.
    var operations: Double { 2 * Double(rows) * Double(columns) * Double(depth) * Double(times) }
  }

  private let form: Form
  private let (a, b): (Tensor, Tensor)

  init(_ form: Form) {
    self.form = form
    var random = RandomStream(seed: 0)
    let (rows, columns, depth) = (form.rows, form.columns, form.depth)
    a = .normal(form.transposed == .first ? [depth, rows] : [rows, depth], using: &random)
    b = .normal(form.transposed == .second ? [columns, depth] : [depth, columns], using: &random)
  }

  func callAsFunction() {
    for _ in 0..<form.times {
      _ = matrixProduct(
        a, b, transposingFirst: form.transposed == .first,
        transposingSecond: form.transposed == .second)
    }
  }
}

extension RecurrentBenchmark {
  /// What is told of the result.
  struct Document: Encodable {
    var network = "\(RecurrentBenchmark.width) + GRU \(RecurrentBenchmark.width)"
    var sequences = RecurrentBenchmark.sequences
    var steps = RecurrentBenchmark.steps
    var microseconds: Rounds
    var productsMicroseconds: Rounds
    var updatesPerSecond: Double
    var shareOfProducts: Double
    var targetShare = RecurrentBenchmark.target
    var gigaflops: Double
    var ceilingGigaflops: Double
    var shareOfCeiling: Double
  }

  func document(under ceilings: Ceilings) -> Document {
    Document(
      microseconds: foal.map { 1e6 * $0 }, productsMicroseconds: products.map { 1e6 * $0 },
      updatesPerSecond: 1 / foal.median, shareOfProducts: share, gigaflops: gigaflops,
      ceilingGigaflops: ceilings.gigaflops.oneCore,
      shareOfCeiling: gigaflops / ceilings.gigaflops.oneCore)
  }
}
