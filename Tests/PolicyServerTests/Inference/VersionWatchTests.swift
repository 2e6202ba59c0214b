import Foundation
import Policies
import PolicyServer
import Records
import Tensors
import Testing

@Suite("VersionWatch")
struct VersionWatchTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "versions-\(UUID().uuidString)").path

  private var file: String { folder + "/horse.safetensors" }

  /// Writes the bundled agent under the card's name, so that its bytes differ by it.
  private func write(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var agent = try Agent(named: "cartpole")
    agent.card.name = name
    try agent.write(to: file)
  }

  private func waitForVersion(_ version: String, _ client: Client) async throws {
    for _ in 0..<200 {
      let reply = try await client.ask("POST", "/v1/sessions", "{}")
      if try reply.string("policy_version") == version { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Unexpected("version \(version) was not taken up")
  }

  @Test("takes a changed file up; open sessions stay with their version")
  func takesUp() async throws {
    try write("one")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let served = folder
    try await withServer {
      $0.agents = [served]
    } _: { client in
      let session = try await client.open()
      try write("two")
      try await waitForVersion("2", client)
      let old = try await client.act(session, #"{"step":0,"observation":[0,0,0,0]}"#)
      #expect(try old.string("policy_version") == "1")
      let pinned = try await client.ask("POST", "/v1/sessions", #"{"version":1}"#)
      #expect(try pinned.string("policy_version") == "1")
      let model = try await client.ask("GET", "/v2/models/horse")
      #expect(model["versions"] == .array([.string("1"), .string("2")]))
    }
  }

  @Test("stays at its version when the file is damaged")
  func damaged() async throws {
    try write("one")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = file
    try await withServer {
      $0.agents = [path]
    } _: { client in
      try Data("no agent".utf8).write(to: URL(filePath: path))
      for _ in 0..<200 {
        let metrics = try await client.ask("GET", "/metrics").body
        if metrics.contains("foal_versions_refused_total 1") { break }
        try await Task.sleep(for: .milliseconds(50))
      }
      let reply = try await client.ask("POST", "/v1/sessions", "{}")
      #expect(try reply.string("policy_version") == "1")
      #expect(try await client.ask("GET", "/metrics").body.contains("refused_total 1"))
    }
  }

  @Test(
    "does not start with what is no agent",
    arguments: ["damaged.safetensors", "nothing.safetensors", "empty"])
  func startsOnlyWithAgents(_ name: String) async throws {
    try FileManager.default.createDirectory(
      atPath: folder + "/empty", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("no agent".utf8).write(to: URL(filePath: folder + "/damaged.safetensors"))
    let settings = ServerSettings(agents: [folder + "/" + name], port: 0)
    let failure = await #expect(throws: ServerFailure.self) { try await serve(settings) }
    #expect(failure?.description.contains(name) == true)
    #expect(failure?.description.contains("\n") == false)
  }
}
