internal import Foundation

/// The scripts that measure other libraries, each in a Python environment that they share.
///
/// `SCRIPT --list` prints `{"peer": NAME, "benchmarks": [...]}`. `SCRIPT BENCHMARK --threads N
/// --seed S` measures once and prints a line that ``PeerMeasurement`` reads; it exits with 3 and one
/// line on standard error if its library is missing.
struct PeerScripts: Sendable {
  /// A script and what it can measure.
  struct Script: Sendable {
    let file: URL
    let peer: String
    let benchmarks: [String]
  }

  /// What could not be measured, and why.
  struct Skipped: Error, Sendable, Encodable {
    /// The library's name, or the script's if the library was not even named.
    var peer: String
    /// `nil` if it is the whole script.
    var benchmark: String?
    var reason: String

    private enum Key: String, CodingKey { case peer, benchmark, reason }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(peer, forKey: .peer)
      try container.encode(benchmark, forKey: .benchmark)
      try container.encode(reason, forKey: .reason)
    }
  }

  private(set) var scripts: [Script] = []
  private(set) var skipped: [Skipped] = []
  private let folder: URL
  private let python: URL
  private let timeout: Double
  private let interrupt: Interrupt

  /// Asks every script of a folder what it can measure, after the folder's `setup` has made the
  /// Python environment, if there was none.
  /// - Parameter timeout: the seconds that a script gets for one measurement.
  /// - Throws: `CommandFailure` if there is no such folder or no environment could be made.
  init(in path: String, timeout: Double, until interrupt: Interrupt) throws {
    folder = URL(filePath: path, directoryHint: .isDirectory)
    // Not resolved: the environment is known by the place that its interpreter is started from.
    python = folder.appending(path: ".venv/bin/python")
    self.timeout = timeout
    self.interrupt = interrupt
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw CommandFailure(
        "there is no folder \(path); run this in a clone of Foal, or name one by --peers-folder")
    }
    try setUp()
    for name in names.sorted() where name.hasSuffix(".py") && !name.hasPrefix("_") {
      do throws(Skipped) {
        if let script = try list(name) { scripts.append(script) }
      } catch {
        skipped.append(error)
      }
      if interrupt.isRequested { throw BenchStopped() }
    }
  }

  /// Makes the Python environment if there is none.
  private func setUp() throws {
    guard !FileManager.default.isExecutableFile(atPath: python.path) else { return }
    let setup = folder.appending(path: "setup")
    guard FileManager.default.isExecutableFile(atPath: setup.path) else {
      throw CommandFailure("\(python.path) is missing, and so is \(setup.path), which makes it")
    }
    try StandardStream.error.write("\(python.path) is missing; running \(setup.path) ...\n")
    let ending = try PeerProcess.run(
      setup, [], in: folder, timeout: 7200, isShown: true, until: interrupt)
    guard case .exited(0, _, _) = ending,
      FileManager.default.isExecutableFile(atPath: python.path)
    else { throw CommandFailure("\(setup.path) has not made \(python.path)") }
  }

  /// Asks a script what it can measure; nil if it is none.
  private func list(_ name: String) throws(Skipped) -> Script? {
    struct Listing: Decodable {
      var peer: String
      var benchmarks: [String]
    }
    let file = folder.appending(path: name)
    let line = try lastLine(file, ["--list"], peer: name, benchmark: nil)
    guard !line.isEmpty else { return nil }  // a file that scripts share
    guard let listing = try? JSONDecoder().decode(Listing.self, from: Data(line.utf8)) else {
      throw Skipped(
        peer: name, reason: "its answer to --list is not understood: \(line.prefix(80))")
    }
    return Script(file: file, peer: listing.peer, benchmarks: listing.benchmarks)
  }

  /// Lets a script measure once.
  func measure(
    _ benchmark: String, by script: Script, threads: Int, seed: Int
  ) throws(Skipped) -> PeerMeasurement {
    let line = try lastLine(
      script.file, [benchmark, "--threads", "\(threads)", "--seed", "\(seed)"], peer: script.peer,
      benchmark: benchmark)
    guard
      let measurement = try? JSONDecoder().decode(PeerMeasurement.self, from: Data(line.utf8)),
      measurement.benchmark == benchmark, measurement.isSound
    else {
      throw Skipped(
        peer: script.peer, benchmark: benchmark,
        reason: "its answer is not understood: \(line.isEmpty ? "nothing" : "\(line.prefix(80))")")
    }
    return measurement
  }

  /// Runs a script and returns the last line that it printed; libraries may print others before.
  private func lastLine(
    _ file: URL, _ arguments: [String], peer: String, benchmark: String?
  ) throws(Skipped) -> String {
    let ending: PeerProcess.Ending
    do {
      ending = try PeerProcess.run(
        python, [file.path] + arguments, in: folder, timeout: timeout, until: interrupt)
    } catch {
      throw Skipped(peer: peer, benchmark: benchmark, reason: "it was not run: \(error)")
    }
    guard case .exited(let status, let output, let complaint) = ending else {
      let reason = "stopped after \(Quantities.significant(timeout)) s"
      throw Skipped(peer: peer, benchmark: benchmark, reason: reason)
    }
    func last(_ text: String) -> String {
      text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }
    guard status == 0 else {
      let reason = last(complaint)
      throw Skipped(
        peer: peer, benchmark: benchmark,
        reason: (status == 3 ? "not installed" : "failed with status \(status)")
          + (reason.isEmpty ? "" : ": \(reason)"))
    }
    return last(output)
  }
}

/// What a peer's script prints of one measurement.
struct PeerMeasurement: Decodable, Sendable {
  var peer: String
  var version: String
  var benchmark: String
  var threads: Int
  var steps: Double
  var seconds: Double
  var stepsPerSecond: Double
  /// Seconds of compilation, which are not among `seconds`.
  var compileSeconds: Double
  /// Of `cartpole-solved` only.
  var solved: Bool?
  var stepsToSolve: Double?
  var secondsToSolve: Double?

  /// Whether the numbers can be compared.
  var isSound: Bool {
    stepsPerSecond > 0 && stepsPerSecond.isFinite && (solved != true || (secondsToSolve ?? 0) > 0)
  }
}
