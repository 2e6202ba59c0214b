import Agents
import Checkpoints
import Environments
import Foundation
import Networks
import Records
import Schooling
import Tensors
import Testing

private let isLinux: Bool = {
  #if os(Linux)
    true
  #else
    false
  #endif
}()

/// What opening a file takes: no more memory than the file has bytes, and 64 MiB.
@Suite(
  .enabled(if: isLinux, "the peak of a process's memory is read from Linux's /proc"), .serialized)
struct OpeningMemoryTests {
  private static let allowance = 64 << 20

  /// The bytes that a process of its own held at its peak, having opened something.
  private func peak(opening kind: String, _ path: String) throws -> Int {
    let process = Process()
    process.executableURL = try BuiltTool.executable.deletingLastPathComponent()
      .appendingPathComponent("MemoryProbe")
    process.arguments = [kind, path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(kind)")
    return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  @Test func agentsAndSafetensorsFiles() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let path = folder.appendingPathComponent("large.safetensors").path
      let network = ActorCritic(
        .init(observationCount: 4, actions: .categorical(2), hidden: [4096, 6144]))
      let agent = Agent(
        card: Agent.Card(
          name: "large", family: "cartpole", algorithm: "none", seed: 0, steps: 0,
          network: network.configuration, trials: TrialSettings(),
          observationSpace: ObservationSpace(.init("state", [4])), actionSpace: .discrete(2),
          trainingReturns: []),
        policy: Policy(
          network: network,
          weights: Weights(.zeros(Shape([network.layout.count])), layout: network.layout),
          actionSpace: .discrete(2)))
      try agent.write(to: path)
      let size = try #require(
        FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      #expect(size >= 96 << 20)
      for kind in ["agent", "safetensors"] {
        let peak = try peak(opening: kind, path)
        #expect(peak > size, "\(kind): the file was not held")
        #expect(peak <= size + Self.allowance, "\(kind): \(peak) bytes for \(size)")
      }
      #expect(try peak(opening: "hash", path) <= Self.allowance)
    }
  }

  @Test func checkpoints() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let count = 24 << 20
      let entry = try CheckpointFolder(folder.path).write(
        Checkpoint(
          environmentStep: 64, tensors: ["weights": .init(.zeros(Shape([count])))],
          state: Array("{}".utf8)), foalVersion: "0.1.0")
      let peak = try peak(opening: "checkpoint", folder.path)
      #expect(peak > 4 * count)
      #expect(peak <= entry.byteCount + Self.allowance, "\(peak) bytes for \(entry.byteCount)")
    }
  }

  @Test func stores() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let store = try RunStore(below: folder.path)
      let run = try store.begin(
        NewRun(
          name: "colt", command: "train", task: "cartpole", seed: 0, foalVersion: "0.1.0",
          configuration: .object([:])))
      for step in 0..<20 {
        let metrics = (0..<5000).map {
          Metric(environmentStep: step * 5000 + $0, wallSeconds: 1, name: "return", value: 1)
        }
        try store.append(metrics, to: run)
      }
      #expect(try peak(opening: "store", folder.path) <= Self.allowance)
    }
  }
}
