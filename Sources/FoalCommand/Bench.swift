package import ArgumentParser
internal import Foundation

/// `foal bench`: how fast this machine is, and how fast Foal is on it.
package struct Bench: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Measure this machine, Foal on it and, if installed, other libraries.",
    discussion: """
      Measures, in this order, and prints each section as soon as it is done:

        ceilings      what the machine can do at most: matrix products and memory
        updates       one PPO update, beside the same written by hand in C on the same BLAS, and \
      one of a policy with a memory, beside its matrix products alone
        environments  steps per second with random actions on one core
        ppo           PPO end to end on CartPole-v1 in three settings, on one core and on all
        playroom      pretraining in playrooms end to end, beside the matrix products that its \
      network needs at the machine's best
        off-policy    SAC on Pendulum-v1 and DQN on CartPole-v1, updates per second, on one core and \
      on all
        solved        CartPole-v1 from scratch until it is solved, 10 seeds: seconds and steps
        recording     pretraining with metrics and checkpoints beside pretraining without, on all \
      cores; what it writes in the current folder is removed
        peers         other libraries in turns with Foal; only with --peers

      What is compared takes turns within one run, and what is shown is the median of several \
      rounds, but for the ceilings, which are the best of theirs. Close other programs first; \
      --json has the least and the most of all rounds too. Ctrl-C ends it after the measurement \
      that is going on.

      --peers runs the Python scripts in Benchmarks/peers of a clone of Foal. Where their \
      environment is missing, Benchmarks/peers/setup makes it first; what it could not install is \
      named and left out.

      EXAMPLES:
        foal bench --quick
        foal bench
        foal bench --only ceilings,updates --rounds 15
        foal bench --only peers --peers-folder foal/Benchmarks/peers --json
        foal bench --only peers --peer-benchmarks sac,ppo-playroom --rounds 9
      """)

  @Flag(help: "Measure less and less exactly, in about 20 seconds; peers take what they take.")
  var quick = false
  @Option(
    help: ArgumentHelp(
      "What to measure, by commas: \(BenchSections.names). (default: all but peers)",
      valueName: "sections"))
  var only: BenchSections?
  @Flag(help: "Measure other libraries too, in turns with Foal.")
  var peers = false
  @Option(
    help: ArgumentHelp(
      "The folder of the peers' scripts. (default: Benchmarks/peers)", valueName: "folder"))
  var peersFolder: String?
  @Option(
    help: ArgumentHelp(
      "What to measure of peers, by commas: \(PeerBenchmarks.names). (default: all)",
      valueName: "benchmarks"))
  var peerBenchmarks: PeerBenchmarks?
  @Option(
    parsing: .unconditional,
    help: "Seconds that a peer gets for one measurement, 0.1 to 86,400.")
  var peerTimeout = 900.0
  @Option(
    parsing: .unconditional,
    help: "Rounds of each measurement, 1 to 1000. (default: 5; 2 with --quick)")
  var rounds: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads that stand for all cores, 1 to 1024. (default: one a processor)",
      valueName: "count"))
  var workers: Int?
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(rounds ?? 1, "--rounds", in: 1...1000)
    try check(workers ?? 1, "--workers", in: 1...1024)
    guard (0.1...86_400).contains(peerTimeout) else {
      throw ValidationError("--peer-timeout is \(peerTimeout); allowed: 0.1 to 86,400")
    }
    if peersFolder != nil, !sections.contains(.peers) {
      throw ValidationError("--peers-folder needs --peers")
    }
    if peerBenchmarks != nil, !sections.contains(.peers) {
      throw ValidationError("--peer-benchmarks needs --peers")
    }
  }

  /// What is measured.
  private var sections: Set<BenchSection> {
    var sections = only?.values ?? Set(BenchSection.allCases).subtracting([.peers])
    if peers { sections.insert(.peers) }
    return sections
  }

  package func run() throws {
    let interrupt = Interrupt {
      // A bar that stands there gives way, and is drawn anew below.
      let start = StandardStream.error.isTerminal ? "\r\u{1B}[K" : ""
      try? StandardStream.error.write(
        start + "stopping after this measurement; press Ctrl-C again to stop at once\n")
    }
    let machine = Machine(workers: workers)
    let run = BenchRun(
      isQuick: quick, workers: machine.workers, rounds: rounds ?? (quick ? 2 : 5),
      interrupt: interrupt)
    var report = BenchReport(machine: machine, isQuick: quick)
    let isStopped: Bool
    do {
      try measure(run, into: &report)
      isStopped = false
    } catch is BenchStopped {
      isStopped = true
    }
    if result.json { try JSONOutput.write(report) }
    if isStopped {
      throw CommandFailure(
        "stopped early; the section that was being measured is left out", status: 130)
    }
  }

  /// Measures section by section and shows each.
  private func measure(_ run: BenchRun, into report: inout BenchReport) throws {
    // What is missing is said before minutes go by.
    let scripts =
      sections.contains(.peers)
      ? try PeerScripts(
        in: peersFolder ?? "Benchmarks/peers", timeout: peerTimeout, until: run.interrupt) : nil
    let text = BenchText(report.machine, StandardStream.output, isQuick: quick)
    try show(text.introduction)
    let ceilings =
      sections.isDisjoint(with: [.ceilings, .updates, .playroom])
      ? nil : try Ceilings(run, all: !sections.isDisjoint(with: [.ceilings, .playroom]))
    if let ceilings { try measureProducts(run, ceilings, text, into: &report) }
    if sections.contains(.environments) {
      let environments = try EnvironmentBenchmark.results(run)
      report.environments = environments
      try show(text.environments(environments))
    }
    if sections.contains(.ppo) {
      let speeds = try LearningSpeed.results(run)
      report.ppo = speeds
      try show(text.learning(speeds))
    }
    if sections.contains(.playroom), let ceilings {
      let playroom = try PlayroomBenchmark(run)
      report.playroom = playroom.document(under: ceilings)
      try show(text.playroom(playroom, ceilings))
    }
    if sections.contains(.offPolicy) {
      let speeds = try OffPolicySpeed.results(run)
      report.offPolicy = speeds
      try show(text.offPolicy(speeds))
    }
    if sections.contains(.solved) {
      let solved = try SolvedBenchmark(run)
      report.solved = solved
      try show(text.solved(solved))
    }
    if sections.contains(.recording) {
      let recording = try RecordingBenchmark(run)
      report.recording = recording
      try show(text.recording(recording))
    }
    if let scripts {
      let peers = try PeerComparisons(scripts, peerBenchmarks?.values, run)
      report.peers = peers
      try show(text.peers(peers))
    }
  }

  /// Shows the machine's ceilings, and measures updates against them.
  private func measureProducts(
    _ run: BenchRun, _ ceilings: Ceilings, _ text: BenchText, into report: inout BenchReport
  ) throws {
    if sections.contains(.ceilings) {
      report.ceilings = ceilings
      try show(text.ceilings(ceilings))
    }
    guard sections.contains(.updates) else { return }
    let updates = try UpdateBenchmark.results(run)
    report.updates = updates.map { $0.document(under: ceilings) }
    try show(text.updates(updates, ceilings))
    let recurrent = try RecurrentBenchmark(run)
    report.recurrentUpdate = recurrent.document(under: ceilings)
    try show(text.recurrent(recurrent, ceilings))
  }

  private func show(_ text: String) throws {
    if !result.json { try StandardStream.output.write(text) }
  }
}

/// Sections as a flag's value: `ceilings,updates`.
struct BenchSections: ExpressibleByArgument, Sendable {
  static let names = BenchSection.allCases.map(\.rawValue).joined(separator: ", ")

  let values: Set<BenchSection>

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let known = parts.compactMap { BenchSection(rawValue: String($0)) }
    guard known.count == parts.count else { return nil }
    values = Set(known)
  }
}

/// What is measured of peers as a flag's value: `sac,dqn`.
struct PeerBenchmarks: ExpressibleByArgument, Sendable {
  static let names = PeerBenchmark.allCases.map(\.rawValue).joined(separator: ", ")

  let values: Set<PeerBenchmark>

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let known = parts.compactMap { PeerBenchmark(rawValue: String($0)) }
    guard known.count == parts.count else { return nil }
    values = Set(known)
  }
}

/// What `foal bench --json` prints; a section that was not measured is `null`.
struct BenchReport: Encodable {
  private enum Key: String, CodingKey {
    case foal, machine, quick, ceilings, updates, recurrentUpdate, environments, ppo
    case playroom, offPolicy, solved, recording, peers
  }

  let machine: Machine
  let isQuick: Bool
  var ceilings: Ceilings?
  var updates: [UpdateBenchmark.Result.Document]?
  var recurrentUpdate: RecurrentBenchmark.Document?
  var environments: [EnvironmentBenchmark]?
  var ppo: [LearningSpeed]?
  var playroom: PlayroomBenchmark.Document?
  var offPolicy: [OffPolicySpeed]?
  var solved: SolvedBenchmark?
  var recording: RecordingBenchmark?
  var peers: PeerComparisons?

  init(machine: Machine, isQuick: Bool) {
    self.machine = machine
    self.isQuick = isQuick
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(FoalTool.configuration.version, forKey: .foal)
    try container.encode(machine, forKey: .machine)
    try container.encode(isQuick, forKey: .quick)
    try container.encode(ceilings, forKey: .ceilings)
    try container.encode(updates, forKey: .updates)
    try container.encode(recurrentUpdate, forKey: .recurrentUpdate)
    try container.encode(environments, forKey: .environments)
    try container.encode(ppo, forKey: .ppo)
    try container.encode(playroom, forKey: .playroom)
    try container.encode(offPolicy, forKey: .offPolicy)
    try container.encode(solved, forKey: .solved)
    try container.encode(recording, forKey: .recording)
    try container.encode(peers, forKey: .peers)
  }
}
