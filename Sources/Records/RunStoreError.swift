/// Why the run store did not do what it was asked to.
public enum RunStoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The folder or the file cannot be made, read or written.
  case cannotOpen(path: String, reason: String)
  /// There is something else in the store's place. It is left as it is.
  case notAStore(path: String, reason: String)
  /// The store's file is damaged. It is left as it is.
  case damaged(path: String, reason: String)
  /// A later version of Foal made the store.
  case madeByNewerVersion(path: String)
  /// SQLite refused something, for example because the disk is full.
  case refused(path: String, reason: String)
  /// There is no run of this name, nor one whose name alone begins so.
  case noRun(name: String, nearest: [String])
  /// Several runs' names begin so.
  case ambiguousName(String, matches: [String])
  /// A run's name holds something else than letters, digits, dots, dashes and underscores.
  case unfitName(String)
  /// There is a run, or a file, of this name.
  case nameTaken(String)
  /// The run still runs, or was killed.
  case stillRunning(name: String)

  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open the run store \(path): \(reason)"
    case .notAStore(let path, let reason): "\(path) is not a run store: \(reason)"
    case .damaged(let path, let reason): "the run store \(path) is damaged: \(reason)"
    case .madeByNewerVersion(let path):
      "the run store \(path) was made by a newer version of Foal; this one leaves it as it is"
    case .refused(let path, let reason): "the run store \(path) refused: \(reason)"
    case .noRun(let name, let nearest):
      nearest.isEmpty
        ? "there is no run \"\(name)\", nor any other"
        : "there is no run \"\(name)\". Nearest: \(nearest.joined(separator: ", "))"
    case .ambiguousName(let name, let matches):
      "\"\(name)\" begins several runs' names: \(matches.joined(separator: ", "))"
    case .unfitName(let name):
      "\"\(name)\" is no name for a run; it needs 1 to 100 letters, digits, dots, dashes and "
        + "underscores, a letter or digit first"
    case .nameTaken(let name): "there is a run or a file named \"\(name)\" already"
    case .stillRunning(let name): "run \(name) is still running"
    }
  }
}
