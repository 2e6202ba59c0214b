/// Why a report could not be made.
public enum ReportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A file cannot be read, or holds something else than it should.
  case unreadable(path: String, reason: String)
  /// Runs that are to be reported together differ in more than their seeds.
  case unlikeRuns(String, String, reason: String)

  /// Says in one line what is wrong.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .unlikeRuns(let first, let second, let reason):
      "\(first) and \(second) cannot be seeds of one report: \(reason)"
    }
  }
}
