internal import Foundation
internal import Records
internal import Schooling

/// An agent as a user names it: by its file, by a bundled name, or by the run that wrote it.
struct AgentName {
  /// The file, or the bundled name.
  let file: String

  /// Finds what a name means; one that is neither file nor bundled is looked for among the runs.
  /// - Throws: `CommandFailure` if the run wrote no agent.
  init(_ name: String, below home: HomeOptions) throws {
    guard !FileManager.default.fileExists(atPath: name), !Agent.bundledNames.contains(name),
      !name.hasSuffix(".safetensors"), let store = try home.existingStore(),
      let run = try? store.run(named: name)
    else {
      file = name
      return
    }
    guard let agent = try store.checkpoints(of: run).last(where: { $0.kind == .agent }) else {
      throw CommandFailure("run \(run.name) wrote no agent")
    }
    file = store.path(of: agent)
    guard FileManager.default.fileExists(atPath: file) else {
      throw CommandFailure("the agent of run \(run.name), \(file), is not there any more")
    }
  }
}
