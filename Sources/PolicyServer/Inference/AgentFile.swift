internal import Checkpoints
internal import Environments
internal import Foundation
internal import Policies
internal import Records

/// An agent as it was read from a file, with the file's checksum.
struct AgentFile: Sendable {
  let agent: Agent
  let path: String
  let checksum: String

  /// Reads a file.
  /// - Throws: `ServerFailure` that names the file and what is wrong with it.
  init(_ path: String) throws(ServerFailure) {
    self.path = path
    do {
      checksum = try FileHash(contentsOf: path).sha256
      agent = try Agent(contentsOf: path)
      guard try FileHash(contentsOf: path).sha256 == checksum else {
        throw ServerFailure("\(path) changes while it is read")
      }
    } catch {
      throw ServerFailure("\(error)")
    }
    if let reason = Self.defect(of: agent) { throw ServerFailure("\(path): \(reason)") }
  }

  /// What keeps an agent from acting: tried on what an observation of zeros gives.
  private static func defect(of agent: Agent) -> String? {
    let version = PolicyVersion(agent, name: "", number: 0, checksum: "", source: "")
    var rows = Policy.Rows()
    rows.observations = Array(repeating: 0, count: version.layout.count)
    rows.memory = Array(repeating: 0, count: version.memoryWidth)
    rows.masks =
      agent.policy.actionSpace.isMasked
      ? Array(repeating: 1, count: version.layout.actionCount) : []
    rows.chances = Array(repeating: 0, count: version.chanceCount)
    rows.greedy = [true]
    guard version.layout.historyIsSound else {
      return "its card tells of a history that it has not"
    }
    return StepDecision.all(rows, by: version)[0] == nil
      ? "the agent's numbers are not finite" : nil
  }
}

/// What the user named to be served: an agent's file, a folder of them, a bundled agent or a run.
struct ServedName: Sendable {
  /// What was named.
  let name: String
  private let home: String

  init(_ name: String, home: String) {
    self.name = name
    self.home = home
  }

  /// The agents' files now, by the names of their policies.
  /// - Throws: `ServerFailure` if there are none.
  func files() throws(ServerFailure) -> [(policy: String, path: String)] {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
      guard isFolder.boolValue else { return [(stem(name), name)] }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: name)) ?? []
      let files = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix(".") }.sorted()
      guard !files.isEmpty else {
        throw ServerFailure("the folder \(name) holds no agents, no files *.safetensors")
      }
      return files.map { (stem($0), (name as NSString).appendingPathComponent($0)) }
    }
    if let path = Agent.bundledPath(name) { return [(name, path)] }
    if let path = try fileOfRun() { return [(name, path)] }
    throw ServerFailure("\(AgentError.notFound(name, bundled: Agent.bundledNames))")
  }

  private func fileOfRun() throws(ServerFailure) -> String? {
    guard !name.hasSuffix(".safetensors"), RunStore.exists(below: home) else { return nil }
    do {
      let store = try RunStore(below: home)
      guard let run = try? store.run(named: name) else { return nil }
      guard let agent = try store.checkpoints(of: run).last(where: { $0.kind == .agent }) else {
        throw ServerFailure("run \(run.name) wrote no agent")
      }
      return store.path(of: agent)
    } catch {
      throw ServerFailure("\(error)")
    }
  }

  private func stem(_ path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  }
}
