internal import Foundation
internal import Policies
internal import Records
internal import Triggers

/// The triggers of a served agent: those that lie in the folder of the run that made it, else the
/// standard ones.
struct AgentTriggers: Sendable {
  let triggers: [Trigger]

  private static let fileName = "triggers.json"

  /// The triggers' file.
  private struct File: Decodable {
    var triggers: [Trigger]
  }

  /// What a run's agent saw when it was trained, as the store keeps it.
  private struct Seen: Decodable {
    struct Input: Decodable {
      var name: String
      var histogram: Histogram
    }

    var inputs: [Input]
  }

  init(of version: PolicyVersion, home: String) {
    let store = RunStore.exists(below: home) ? try? RunStore(below: home) : nil
    let run = store.flatMap { try? $0.run(thatWrote: version.checksum) } ?? nil
    if let store, let run {
      let path = (store.folder(of: run) as NSString).appendingPathComponent(Self.fileName)
      if let text = FileManager.default.contents(atPath: path),
        let file = try? JSONDecoder().decode(File.self, from: text)
      {
        triggers = file.triggers
        return
      }
    }
    let seen = store.flatMap { store in
      run.flatMap { (try? store.experiences(of: $0))?.last?.document }
    }
    let inputs = (try? seen?.decoded(as: Seen.self))?.inputs ?? []
    triggers =
      Self.standard(for: version)
      + inputs.map {
        .inputDrifts(PopulationStability(input: $0.name, reference: $0.histogram))
      }
  }

  /// A fall of the return by a tenth of what the agent earned last in training, and one invalid
  /// observation in a hundred.
  private static func standard(for version: PolicyVersion) -> [Trigger] {
    let level = Double(version.card.trainingReturns.last?.magnitude ?? 0)
    let invalid = Trigger.inputInvalid(InvalidInputRate())
    guard level.isFinite, level > 0 else { return [invalid] }
    return [
      .returnFalls(PageHinkley(tolerance: level / 20, threshold: 3 * level, window: 200)), invalid,
    ]
  }
}
