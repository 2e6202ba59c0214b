package import ArgumentParser
internal import Records
internal import Schooling

extension RunsCommand {
  /// `foal runs list`.
  package struct List: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "List runs in a line each, the newest first.",
      discussion: """
        A return is the last that the run measured: the mean over recent tries, and for an \
        evaluation that of the last try. A run that was killed is lost.
        """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var result: ResultOptions

    package init() {}

    package func run() throws {
      let store = try home.existingStore()
      let documents = try store.map(documents) ?? []
      if result.json { return try JSONOutput.write(["runs": documents]) }
      guard !documents.isEmpty else {
        return try StandardStream.output.write(
          "No runs in \(home.runsFolder) yet.\nNext: foal train cartpole\n")
      }
      let stream = StandardStream.output
      try stream.write(
        table(documents).rendered(style: stream.style, limit: stream.tableLimit)
          + "\nNext: foal runs show \(documents[0].run.name)\n")
    }

    private func documents(in store: RunStore) throws -> [RunDocument] {
      let runs = try store.runs()
      let names = Dictionary(uniqueKeysWithValues: runs.map { ($0.id, $0.name) })
      let returns = try store.lastValues()
      return try runs.map { run in
        RunDocument(
          run: run, lastReturn: try returns[run.id] ?? store.evaluatedReturn(of: run),
          parent: run.parentID.flatMap { names[$0] })
      }
    }

    private func table(_ documents: [RunDocument]) -> Table {
      var table = Table([
        .left("run"), .left("command"), .left("task"), .right("seed"), .left("state"),
        .right("steps"), .right("return"), .left("when"),
      ])
      for document in documents {
        let run = document.run
        table.append([
          run.name, run.command, run.task, "\(run.seed)", run.stateWord, run.stepsText,
          document.lastReturn.map(Quantities.shortReturn) ?? "-", run.startedAt.agoText(),
        ])
      }
      return table
    }
  }
}

extension RunStore {
  /// The mean return of the last try that a run evaluated; nil if it evaluated none.
  func evaluatedReturn(of run: Run) throws -> Double? {
    guard run.command == "evaluate" else { return nil }
    let evaluation = try evaluations(of: run).last { $0.runID == run.id }
    return (try? evaluation?.document.decoded(as: Evaluation.self))?.tries.last?.mean
  }
}
