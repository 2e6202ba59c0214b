internal import Foundation
internal import Policies
internal import Records

/// The agents that can be looked at and watched: those that the server serves, those that runs wrote
/// below the home folder, and those that come with Foal.
struct AgentShelf: Sendable {
  let home: String
  /// The files of the served agents, by name.
  let served: [String: String]

  /// Where an agent is from.
  struct Place: Sendable {
    /// The name by which it is asked for.
    var name: String
    var file: String
    /// The run that wrote it; nil if none is known.
    var run: Run?
    var checkpoint: RunCheckpoint?
    var origin: Origin
  }

  /// What put an agent on the shelf.
  enum Origin: String, Encodable, Sendable {
    case served, run, bundled
  }

  /// All agents whose files are there: the served ones, the bundled ones, and the last of each run,
  /// the newest first.
  func places() throws -> [Place] {
    var places = served.sorted { $0.key < $1.key }.map {
      Place(name: $0.key, file: $0.value, origin: .served)
    }
    for name in Agent.bundledNames where served[name] == nil {
      places.append(Place(name: name, file: name, origin: .bundled))
    }
    guard RunStore.exists(below: home) else { return places }
    let store = try RunStore(below: home)
    for run in try store.runs() {
      guard let last = try store.checkpoints(of: run).last(where: { $0.kind == .agent }) else {
        continue
      }
      let file = store.path(of: last)
      // A name that is served or bundled means that agent; the run is found by its own.
      if FileManager.default.fileExists(atPath: file), !places.contains(where: { $0.name == run.name })
      {
        places.append(
          Place(name: run.name, file: file, run: run, checkpoint: last, origin: .run))
      }
    }
    return places
  }

  /// Finds an agent by its name.
  func place(_ name: String) throws -> Place {
    guard let place = try places().first(where: { $0.name == name }) else {
      throw DashboardFailure(.notFound, "there is no agent \"\(name)\"")
    }
    return place
  }

  /// Reads an agent's file.
  func agent(_ place: Place) throws(DashboardFailure) -> Agent {
    do { return try Agent(named: place.file) } catch {
      throw DashboardFailure(.unavailable, "\(error)")
    }
  }
}
