internal import ArgumentParser
internal import Foundation
internal import Records

/// Where runs are kept.
struct HomeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that holds runs/. (default: FOAL_HOME, else the current folder)",
      valueName: "folder"))
  var home: String?

  /// The folder that holds `runs/`.
  var folder: String {
    let stated = ProcessInfo.processInfo.environment["FOAL_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return home ?? stated ?? "."
  }

  /// The folder of the store and of the agents that are written to no other place.
  var runsFolder: String { RunStore.runsFolder(below: folder) }

  /// The store, if there is one; looking for runs makes none.
  func existingStore() throws -> RunStore? {
    RunStore.exists(below: folder) ? try RunStore(below: folder) : nil
  }

  /// The store that holds the runs of some names, and the runs.
  /// - Throws: `CommandFailure` if there is no store, `RunStoreError` if there is no such run.
  func runs(named names: [String]) throws -> (store: RunStore, runs: [Run]) {
    guard let store = try existingStore() else {
      throw CommandFailure("there is no run \"\(names[0])\": \(runsFolder) holds no runs yet")
    }
    return (store, try names.map { try store.run(named: $0) })
  }
}

/// Whether and where a command's run is recorded.
struct RecordOptions: ParsableArguments {
  @OptionGroup var home: HomeOptions
  @Option(help: ArgumentHelp("The run's name. (default: one that is free)", valueName: "name"))
  var name: String?
  @Flag(name: .customLong("no-record"), help: "Leave the run out of the run store.")
  var isLeftOut = false

  func validate() throws {
    if isLeftOut, name != nil { throw ValidationError("give --name or --no-record, not both") }
    if let name, !Run.isFit(name: name) {
      throw ValidationError("--name: \(RunStoreError.unfitName(name))")
    }
  }

  /// Enters a run, unless it is to be left out.
  /// - Parameters:
  ///   - stem: the run's name if none is given; it gets a number if it is taken.
  ///   - agent: the SHA-256 of the file of the agent that the run works with, if it does.
  ///   - settings: all that its result depends on but the seed.
  ///   - isResumable: whether it saves checkpoints to go on from.
  func begin(
    _ command: String, on task: String, seed: UInt64, stem: String, agent: String? = nil,
    settings: some Encodable, isResumable: Bool = false
  ) throws -> Recording {
    guard !isLeftOut else { return Recording() }
    do {
      let store = try RunStore(below: home.folder)
      let run = try store.begin(
        NewRun(
          name: name ?? stem, numbersTakenName: name == nil, command: command, task: task,
          seed: seed, foalVersion: FoalTool.version, configuration: JSONValue(encoding: settings),
          parentID: try agent.flatMap { try store.run(thatWrote: $0)?.id }))
      return try Recording(
        of: run, in: store, holding: isResumable ? try RunLock.take(run, in: store) : nil)
    } catch let error as RunStoreError {
      if case .nameTaken = error { throw CommandFailure.usage("--name: \(error)") }
      throw CommandFailure("\(error); --no-record goes without it")
    }
  }
}
