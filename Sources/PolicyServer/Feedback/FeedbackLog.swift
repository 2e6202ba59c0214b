internal import Foundation
internal import Logging
internal import Policies
internal import Records
internal import ServiceLifecycle
internal import Synchronization

/// Keeps what sessions saw, did and were rewarded with: a run of the run store, with the tries as lines
/// of JSON in its folder and their returns as its metric.
final class FeedbackLog: Sendable {
  /// The file in the run's folder.
  static let fileName = "feedback.jsonl"

  let run: Run
  /// The policy whose feedback is learned from: the first that is served.
  let policy: String
  /// The file that the tries are written to.
  let path: String
  private let store: RunStore
  private let file: FileHandle
  private let logger: Logger
  private let tries = Atomic(0)
  private let lines: AsyncStream<(line: String, return: Double?, steps: Int)>
  private let writer: AsyncStream<(line: String, return: Double?, steps: Int)>.Continuation

  /// The tries that wait for the disk at most; later ones are left out.
  private static let mostWaiting = 10_000

  /// Begins a run.
  /// - Throws: `ServerFailure` if it cannot be kept.
  init(_ settings: ServerSettings, serving version: PolicyVersion, _ logger: Logger)
    throws(ServerFailure)
  {
    self.logger = logger
    policy = version.name
    (lines, writer) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    do {
      store = try RunStore(below: settings.home)
      run = try store.begin(
        NewRun(
          name: "serve-\(version.name)", command: "serve", task: version.card.family, seed: 0,
          foalVersion: Release.version,
          configuration: .object([
            "agents": .array(settings.agents.map { .string($0) }),
            "learns": .bool(settings.learns),
          ]), parentID: try store.run(thatWrote: version.checksum)?.id))
      path = (try store.makeFolder(of: run) as NSString).appendingPathComponent(Self.fileName)
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw ServerFailure("cannot write \(path)")
      }
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    } catch let failure as ServerFailure {
      throw failure
    } catch {
      throw ServerFailure("feedback cannot be kept: \(error)")
    }
  }

  /// Takes a try that has ended; it is written soon after.
  func take(_ record: TryRecord, of session: String, _ version: PolicyVersion) {
    guard !record.steps.isEmpty else { return }
    tries.add(1, ordering: .relaxed)
    writer.yield((record.line(of: session, version), record.undiscountedReturn, record.steps.count))
  }

  /// The tries that were taken.
  var tryCount: Int { tries.load(ordering: .relaxed) }

  /// Enters into the run's changelog what came of the feedback.
  func note(_ change: String) {
    logger.notice("\(change)")
    let entry = NewChangelogEntry(
      section: "agent", observation: "feedback of sessions", change: change,
      decidedBy: "foal serve --learn", detail: .object([:]))
    do {
      _ = try store.append(entry, to: run)
    } catch {
      logger.error("the changelog takes no entry: \(error)")
    }
  }

  /// Takes no more tries; ``write()`` ends once those that wait are written.
  func finish() { writer.finish() }

  /// Writes the tries as they come.
  func write() async {
    let metrics = try? MetricsWriter(store, run: run)
    var steps = 0
    for await (line, value, count) in lines {
      steps += count
      do {
        try file.write(contentsOf: Data("\(line)\n".utf8))
      } catch {
        logger.error("\(path) takes no more feedback: \(error)")
      }
      if let value { metrics?.record(Metric.returnName, value, environmentStep: steps) }
    }
    _ = try? metrics?.finish()
    _ = try? store.end(run, as: .stopped)
  }
}

/// Writes feedback while the server runs; at its end, the tries that sessions were at too.
struct FeedbackService: Service {
  let log: FeedbackLog
  let sessions: SessionStore

  func run() async {
    await withGracefulShutdownHandler {
      await log.write()
    } onGracefulShutdown: {
      sessions.closeAll()
      log.finish()
    }
  }
}
