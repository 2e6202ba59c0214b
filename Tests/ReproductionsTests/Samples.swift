import Reproductions

/// A reproduction that takes no time: the method scores 1, the baseline a half, both plus a hundredth
/// of the seed's last digit.
func sample(seeds: Int = 5, fails arm: String? = nil) -> Reproduction {
  func run(_ name: String, _ level: Double) -> Arm {
    Arm(name, name == "method" ? .method : .baseline) { effort, seed in
      if name == arm { throw Failure(seed: seed) }
      let value = level + 0.01 * Double(seed % 10)
      return Measurements(
        ["score": value], curves: ["score": [CurvePoint(0, 0), CurvePoint(1, value)]])
    }
  }
  return Reproduction(
    summary: "Counts.", scope: .mechanism, seeds: seeds,
    arms: [run("method", 1), run("baseline", 0.5)], broken: "baseline",
    measures: [Measure("score", published: "1")],
    figure: Figure("Score", x: "steps", y: "score", .curves("score"))
  ) { effort in
    [
      .atLeast(0.9, "score", of: "method"),
      .above("score", of: "method", than: "baseline"),
    ]
  }
}

struct Failure: Error, Equatable {
  var seed: UInt64
}
