import AllocationCounter
import Benchmark
import Workloads

/// The calling thread's allocations; the benchmark package's own counts read 0 without its
/// interposer, which Foal does without.
private let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: true)

let benchmarks: @Sendable () -> Void = {
  for work in Workload.all {
    Benchmark(
      work.name,
      configuration: .init(
        metrics: [.wallClock, .instructions, allocations], warmupIterations: 10,
        scalingFactor: .one, maxDuration: .seconds(1))
    ) { benchmark, perform in
      benchmark.startMeasurement()
      let before = foal_allocation_count()
      for _ in benchmark.scaledIterations { try perform() }
      let after = foal_allocation_count()
      benchmark.stopMeasurement()
      benchmark.measurement(allocations, Int(after - before))
    } setup: {
      try work.prepare()
    }
  }
}
