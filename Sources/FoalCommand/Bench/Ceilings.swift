internal import Tensors
internal import VectorKernels

/// What the machine can do at most, in the two currencies that everything else is paid in.
///
/// Each is the best of its rounds rather than their median: a ceiling is what nothing gets above.
struct Ceilings: Sendable {
  /// A rate on one core and, with more than one worker, on all cores at once.
  struct Rate: Sendable {
    var oneCore = 0.0
    var allCores: Double?
  }

  /// The size of the square matrices whose product was fastest.
  var matrixSize = 0
  /// Single-precision matrix products, in 10⁹ operations a second; one addition or multiplication is
  /// one operation. On all cores, each worker computes products of its own.
  var gigaflops = Rate()
  /// Memory read and written, in 10⁹ bytes a second, by y ← y + s·x over vectors too long for any
  /// cache: two reads and one write an element.
  var gigabytesPerSecond = Rate()

  /// Measures the machine.
  /// - Parameter all: whether memory and all cores are measured, or products on one core alone.
  init(_ run: BenchRun, all: Bool) throws {
    let sizes = [256, 512, 1024]
    // Everything else is a share of it, so that a low ceiling would make all of that look better.
    let rounds = 3 * run.rounds
    let others = !all ? 0 : run.workers > 1 ? 3 : 1
    self = try run.section("ceilings", measurements: (sizes.count + others) * rounds) {
      progress in
      var ceilings = Ceilings()
      for size in sizes {
        let rate = try Self.best(of: rounds, progress) { try Self.products(size, workers: 1) }
        if rate > ceilings.gigaflops.oneCore {
          (ceilings.matrixSize, ceilings.gigaflops.oneCore) = (size, rate)
        }
      }
      guard all else { return ceilings }
      ceilings.gigabytesPerSecond.oneCore = try Self.best(of: rounds, progress) {
        Self.stream(workers: 1)
      }
      guard run.workers > 1 else { return ceilings }
      ceilings.gigaflops.allCores = try Self.best(of: rounds, progress) {
        try Self.products(ceilings.matrixSize, workers: run.workers)
      }
      ceilings.gigabytesPerSecond.allCores = try Self.best(of: rounds, progress) {
        Self.stream(workers: run.workers)
      }
      return ceilings
    }
  }

  private init() {}

  private static func best(
    of rounds: Int, _ progress: BenchProgress, _ measure: () throws -> Double
  ) throws -> Double {
    var best = 0.0
    for _ in 0..<rounds {
      best = max(best, try measure())
      try progress.measured()
    }
    return best
  }

  /// 10⁹ operations a second in products of square matrices, one at a time on each worker.
  private static func products(_ size: Int, workers: Int) throws -> Double {
    var lanes = (0..<workers).map { worker in
      var random = RandomStream(seed: 0).split(worker)
      return (
        a: Tensor.normal([size, size], using: &random),
        b: Tensor.normal([size, size], using: &random), product: Tensor(0)
      )
    }
    let operations = 2 * Double(size) * Double(size) * Double(size)
    // Enough products for some hundredths of a second on a fast core.
    let times = max(1, Int(4e9 / operations))
    func multiply(_ times: Int) {
      concurrentForEach(&lanes, workers: workers) { lane, _ in
        for _ in 0..<times { lane.product = matrixProduct(lane.a, lane.b) }
      }
    }
    multiply(1)
    let elapsed = ContinuousClock().measure { multiply(times) } / .seconds(1)
    return operations * Double(times * workers) / elapsed / 1e9
  }

  /// 10⁹ bytes a second read and written, by every worker in vectors of its own.
  private static func stream(workers: Int) -> Double {
    // 64 MiB a vector, and less on machines of very many cores so as not to fill their memory.
    let count = min(64, max(8, 1024 / workers)) << 18
    var lanes = (0..<workers).map { _ in
      (x: [Float](repeating: 1, count: count), y: [Float](repeating: 0, count: count))
    }
    let times = 4
    func add(_ times: Int) {
      concurrentForEach(&lanes, workers: workers) { lane, _ in
        for _ in 0..<times { foal_add_scaled(count, 0.5, lane.x, &lane.y) }
      }
    }
    add(1)
    let elapsed = ContinuousClock().measure { add(times) } / .seconds(1)
    return 3 * 4 * Double(count * times * workers) / elapsed / 1e9
  }
}

extension Ceilings: Encodable {
  private enum Key: String, CodingKey { case matrixSize, gigaflops, gigabytesPerSecond }
}

extension Ceilings.Rate: Encodable {
  private enum Key: String, CodingKey { case oneCore, allCores }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(oneCore, forKey: .oneCore)
    try container.encode(allCores, forKey: .allCores)
  }
}
