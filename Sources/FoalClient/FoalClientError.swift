/// Why a server was asked in vain.
public enum FoalClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The server refused: its HTTP status, 409 for a gap in the steps, and its one line.
  case refused(status: Int, message: String)
  /// There was no reply.
  case unreachable(String)
  /// The reply is not what the server is known to send.
  case unreadable(String)
  /// What was to be sent cannot be said in JSON, as NaN.
  case unsendable(String)

  public var description: String {
    switch self {
    case .refused(let status, let message): "\(message) (\(status))"
    case .unreachable(let reason): "the server cannot be reached: \(reason)"
    case .unreadable(let reason): "the reply cannot be read: \(reason)"
    case .unsendable(let reason): "the request cannot be sent: \(reason)"
    }
  }
}
