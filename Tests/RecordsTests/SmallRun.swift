import Foundation
import Records

/// A run of two metrics over three steps, the same at every making.
///
/// `Scripts/record-event-file.py` holds the same numbers.
enum SmallRun {
  static func enter(in store: RunStore) throws -> Run {
    let run = try store.begin(.example("small-1", seed: 1), at: exampleDate)
    for (index, step) in [0, 64, 128].enumerated() {
      let seconds = 0.25 * Double(index)
      try store.append(
        [
          Metric(
            environmentStep: step, wallSeconds: seconds, name: "return",
            value: [-12.5, 0, 487.125][index]),
          Metric(
            environmentStep: step, wallSeconds: seconds, name: "loss/policy",
            task: step == 64 ? "cartpole:17, \"hard\"" : nil, value: [1e-9, 0.1, 3][index]),
        ], to: run)
    }
    return run
  }
}
