package import ArgumentParser
internal import Environments
internal import Files
internal import Foundation

/// Replays as files.
enum ReplayFile {
  static func bytes(of replay: EnvironmentReplay) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return [UInt8](try encoder.encode(replay))
  }

  /// Reads a replay.
  /// - Throws: `CommandFailure` that names the file.
  static func read(_ path: String) throws -> EnvironmentReplay {
    let bytes: [UInt8]
    do {
      bytes = try DurableFile.read(path, limit: 1 << 26)
    } catch {
      throw CommandFailure("cannot read the replay \(path): \(error)")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let replay = try? decoder.decode(EnvironmentReplay.self, from: Data(bytes)) else {
      throw CommandFailure("\(path) is not a replay")
    }
    return replay
  }
}

extension EnvironmentsCommand {
  /// `foal environments replay`.
  package struct Replay: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Play back how an environment broke a promise.",
      discussion: """
        A run that is stopped by a reward, an observation or an action that must not be leaves a \
        replay in its folder: the last steps of the environment that did it.

        EXAMPLE:
          foal environments replay runs/cartpole-7/replay.json
        """)

    @Argument(help: ArgumentHelp("The replay.", valueName: "file"))
    var file: String
    @OptionGroup var result: ResultOptions

    package init() {}

    /// What `--json` prints; a failure that did not come again is `null`.
    private struct Document: Encodable {
      private enum Key: String, CodingKey { case environment, seed, slot, step, steps, failure }

      var replay: EnvironmentReplay
      var steps: Int
      var failure: String?

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(replay.environment, forKey: .environment)
        try container.encode(replay.seed, forKey: .seed)
        try container.encode(replay.slot, forKey: .slot)
        try container.encode(replay.step, forKey: .step)
        try container.encode(steps, forKey: .steps)
        try container.encode(failure, forKey: .failure)
      }
    }

    package func run() throws {
      let replay = try ReplayFile.read(file)
      let entries = try EnvironmentCatalogue.entries(named: replay.environment)
      guard let entry = entries.first(where: { $0.kind == replay.kind }) else {
        throw CommandFailure("there is no \(replay.kind.rawValue) \"\(replay.environment)\"")
      }
      var steps: [EnvironmentReplay.Step] = []
      let failure = try replay.play(on: entry.tasks) { steps.append($0) }
      if result.json {
        try JSONOutput.write(
          Document(replay: replay, steps: steps.count, failure: failure.map { "\($0)" }))
      } else {
        let stream = StandardStream.output
        var table = Table([.right("step"), .right("action"), .right("reward"), .left("sees")])
        for step in steps.suffix(10) {
          table.append([
            "\(step.number)", words(step.action), "\(step.reward)", words(step.observation),
          ])
        }
        try stream.write(
          table.rendered(style: stream.style, limit: stream.isTerminal ? stream.columns : nil)
            + "\nseed \(replay.seed): \(replay.failure)\n")
      }
      guard failure != nil else {
        throw CommandFailure("played back, nothing went wrong; it was: \(replay.failure)")
      }
    }

    private func words(_ values: [Float]) -> String {
      values.map { Quantities.significant(Double($0)) }.joined(separator: " ")
    }
  }
}
