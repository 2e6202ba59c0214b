internal import Foundation
internal import Logging
internal import Records
internal import ServiceLifecycle

/// Keeps what sessions saw, did and were rewarded with: a run of the run store, with the tries as lines
/// of JSON in its folder and their returns as its metric.
final class FeedbackLog: Service {
  /// The file in the run's folder.
  static let fileName = "feedback.jsonl"

  let run: Run
  /// The file that the tries are written to.
  let path: String
  private let store: RunStore
  private let file: FileHandle
  private let logger: Logger
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
    writer.yield((record.line(of: session, version), record.undiscountedReturn, record.steps.count))
  }

  func run() async {
    let metrics = try? MetricsWriter(store, run: run)
    var steps = 0
    await cancelWhenGracefulShutdown {
      for await (line, value, count) in self.lines {
        steps += count
        do {
          try self.file.write(contentsOf: Data("\(line)\n".utf8))
        } catch {
          self.logger.error("\(self.path) takes no more feedback: \(error)")
        }
        if let value { metrics?.record(Metric.returnName, value, environmentStep: steps) }
      }
    }
    _ = try? metrics?.finish()
    _ = try? store.end(run, as: .stopped)
  }
}
