internal import Reproductions

/// `foal reproduce --list`.
struct ReproductionList {
  /// Prints all systems: a line each, or one JSON document.
  func write(asJSON: Bool) throws {
    if asJSON { return try JSONOutput.write(["systems": PublishedSystem.all.map(Row.init)]) }
    let stream = StandardStream.output
    var table = Table([
      .right("no."), .left("name"), .left("status"), .right("minutes"), .left("reproduced"),
      .left("what"), .left("source"),
    ])
    for system in PublishedSystem.all {
      let row = Row(system)
      table.append([
        "\(row.number)", row.name, row.status, row.minutes.map(Quantities.significant) ?? "",
        row.reproduced ?? "", row.title, row.source,
      ])
    }
    let works = PublishedSystem.all.count { $0.reproduction != nil }
    try stream.write(
      table.rendered(style: stream.style, limit: stream.tableLimit)
        + "\n\(works) of \(PublishedSystem.all.count) work; minutes are those of 2 cores.\n"
        + "Next: foal reproduce NAME\n")
  }

  /// A system as the list shows it.
  private struct Row: Encodable {
    let number: Int
    let name: String
    let title: String
    let source: String
    let status: String
    /// "result" or "mechanism"; nil for what does not work yet.
    let reproduced: String?
    /// Wall time of the full form on 2 cores.
    let minutes: Double?

    init(_ system: PublishedSystem) {
      number = system.number
      name = system.name
      title = system.title
      source = system.source
      status = system.reproduction == nil ? "not yet" : "works"
      reproduced = system.reproduction?.scope.rawValue
      minutes = system.reproduction?.minutes
    }
  }
}
