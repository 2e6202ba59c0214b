internal import Foundation

/// A process that is run to its end, or stopped together with its own children.
enum PeerProcess {
  /// How a process ended.
  enum Ending {
    /// It ended by itself, with what it wrote to its two streams.
    case exited(status: Int32, output: String, complaint: String)
    /// It was stopped, because its time was over.
    case timedOut
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - timeout: the seconds that it gets.
  ///   - isShown: whether both of its streams go to standard error instead of being kept.
  /// - Throws: ``BenchStopped`` if the user asked to stop, after the process was; an error of
  ///   Foundation's if it could not be started.
  static func run(
    _ program: URL, _ arguments: [String], in folder: URL, timeout: Double, isShown: Bool = false,
    until interrupt: Interrupt
  ) throws -> Ending {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    guard !isShown else {
      process.standardOutput = FileHandle.standardError
      return try wait(for: process, timeout, interrupt)
        ? .exited(status: process.terminationStatus, output: "", complaint: "") : .timedOut
    }
    // Files rather than pipes: a full pipe would stop the process.
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("foal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let files = ["output", "complaint"].map { scratch.appendingPathComponent($0) }
    let handles = try files.map { file in
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      return try FileHandle(forWritingTo: file)
    }
    defer { for handle in handles { try? handle.close() } }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    guard try wait(for: process, timeout, interrupt) else { return .timedOut }
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return .exited(status: process.terminationStatus, output: texts[0], complaint: texts[1])
  }

  /// Starts a process and waits for its end; false if it had to be stopped.
  private static func wait(
    for process: Process, _ timeout: Double, _ interrupt: Interrupt
  ) throws -> Bool {
    try process.run()
    let deadline = ContinuousClock.now + .seconds(timeout)
    while process.isRunning {
      if interrupt.isRequested {
        stop(process)
        throw BenchStopped()
      }
      if ContinuousClock.now >= deadline {
        stop(process)
        return false
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return true
  }

  /// Asks a process to end, then makes it.
  private static func stop(_ process: Process) {
    signal(SIGTERM, to: process)
    let deadline = ContinuousClock.now + .seconds(2)
    while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.01) }
    signal(SIGKILL, to: process)
    process.waitUntilExit()
  }

  /// A process leads a group of its own, so that its children, such as an environment's workers,
  /// are reached too; where it does not, it is reached alone.
  private static func signal(_ number: Int32, to process: Process) {
    let identifier = process.processIdentifier
    if kill(-identifier, number) != 0 { kill(identifier, number) }
  }
}
