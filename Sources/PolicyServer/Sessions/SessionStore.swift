internal import Synchronization

/// The sessions that are open: a bounded number, each for a bounded time.
final class SessionStore: Sendable {
  /// The most sessions that are open at one time.
  let limit: Int
  private let state = Mutex(State())

  private struct State {
    var sessions: [String: Session] = [:]
    /// Sessions that have expired or were closed, the oldest first, to tell them from unknown ones.
    var gone: [String] = []
    var goneSet: Set<String> = []
  }

  /// The most sessions that are remembered after their end.
  private static let remembered = 10_000

  init(limit: Int) {
    self.limit = limit
  }

  /// The number of open sessions.
  var count: Int { state.withLock { $0.sessions.count } }

  /// Opens a session.
  /// - Throws: `APIError` 429 if there are too many, 400 if the settings do not fit the policy.
  func open(
    _ settings: SessionSettings, _ version: PolicyVersion, _ observer: SessionObserver
  ) throws(APIError) -> Session {
    let session = try Session(
      id: Self.newID(), version: version, settings: settings, observer: observer)
    try state.withLock { (state) throws(APIError) in
      guard state.sessions.count < limit else {
        throw APIError(429, "\(limit) sessions are open, which is the most that there may be")
      }
      state.sessions[session.id] = session
    }
    return session
  }

  /// Finds an open session.
  /// - Throws: `APIError` 410 for one that has ended, 404 for one that never was.
  func session(_ id: String) throws(APIError) -> Session {
    try state.withLock { (state) throws(APIError) in
      if let session = state.sessions[id] {
        guard session.isExpired(at: .now) else { return session }
        Self.end(id, &state)
      }
      throw state.goneSet.contains(id)
        ? APIError(410, "session \(id) has ended") : APIError(404, "there is no such session")
    }
  }

  /// Closes a session.
  func close(_ id: String) throws(APIError) {
    _ = try session(id)
    state.withLock { Self.end(id, &$0) }
  }

  /// Closes all sessions.
  func closeAll() {
    state.withLock { state in for id in Array(state.sessions.keys) { Self.end(id, &state) } }
  }

  /// Ends the sessions of which nothing was asked for too long.
  func sweep() {
    state.withLock { state in
      let now = ContinuousClock.now
      for id in state.sessions.filter({ $1.isExpired(at: now) }).keys { Self.end(id, &state) }
    }
  }

  /// The versions of a policy that a session still needs.
  func versionsInUse(of policy: String) -> Set<Int> {
    state.withLock { state in
      state.sessions.values.reduce(into: []) { numbers, session in
        if session.version.name == policy { numbers.insert(session.version.number) }
      }
    }
  }

  private static func end(_ id: String, _ state: inout State) {
    guard let session = state.sessions.removeValue(forKey: id) else { return }
    session.close()
    state.gone.append(id)
    state.goneSet.insert(id)
    guard state.gone.count > 2 * remembered else { return }
    state.goneSet.subtract(state.gone.prefix(remembered))
    state.gone.removeFirst(remembered)
  }

  /// A name that cannot be guessed.
  private static func newID() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
