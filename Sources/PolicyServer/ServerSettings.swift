internal import NIOCore

/// What a server is started with.
package struct ServerSettings: Sendable {
  /// Agents' files, folders of them, bundled names or runs.
  package var agents: [String]
  /// The address to listen on.
  package var host: String
  /// The port; 0 for one that is free.
  package var port: Int
  /// The folder that holds `runs/`.
  package var home: String
  /// Whether the address is printed as JSON on standard output once the server listens.
  package var printsJSON: Bool
  /// Whether nothing is printed.
  package var isSilent = false
  /// What clients must show as a bearer token; nil for none.
  package var token: String?
  /// Hosts that requests may be for, beside the server's own.
  package var hosts: [String] = []
  /// Origins whose pages may ask, beside the server's own.
  package var origins: [String] = []
  /// The most sessions that are open at one time.
  package var sessionLimit = 10_000
  /// The most bytes of a body.
  package var bodyLimit = 4 << 20
  /// How long a step waits at most for others that are arriving, in milliseconds.
  package var batchMilliseconds = 1.0
  /// Whether what sessions see, do and are rewarded with is kept.
  package var keepsFeedback = false
  /// Whether each new version is evaluated, and taken back if it is worse.
  package var evaluates = false
  /// Whether a learner runs beside the server.
  package var learns = false
  /// The `foal` tool's program; nil for the one that lies beside the server's.
  package var tool: String?
  /// From a request's first byte to the end of its header, in seconds.
  package var headerSeconds = 10.0
  /// From the end of a header to the end of its body, in seconds.
  package var bodySeconds = 30.0

  package init(
    agents: [String] = ["cartpole"], host: String = "127.0.0.1", port: Int = 8080,
    home: String = ".", printsJSON: Bool = false
  ) {
    self.agents = agents
    self.host = host
    self.port = port
    self.home = home
    self.printsJSON = printsJSON
  }

  var connectionLimits: ConnectionWatch.Limits {
    var limits = ConnectionWatch.Limits()
    limits.header = .nanoseconds(Int64(headerSeconds * 1e9))
    limits.body = .nanoseconds(Int64(bodySeconds * 1e9))
    return limits
  }

  var batchWindow: TimeAmount { .nanoseconds(Int64(batchMilliseconds * 1e6)) }

  var served: [ServedName] { agents.map { ServedName($0, home: home) } }

  /// Whether the server can be reached from this machine only.
  var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }
}

/// Why a server cannot start: one line for the user.
package struct ServerFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

extension Admission {
  /// What a server that is started so lets in.
  /// - Throws: `ServerFailure` if others could reach it without a token.
  init(_ settings: ServerSettings) throws(ServerFailure) {
    guard settings.isLoopback || settings.token != nil else {
      throw ServerFailure(
        "other machines can reach \(settings.host), so a token is needed: put one of 16 characters "
          + "or more into FOAL_TOKEN, or into a file for --token-file")
    }
    if let token = settings.token, token.utf8.count < 16 {
      throw ServerFailure("the token has \(token.utf8.count) characters; at least 16 are needed")
    }
    self.init(token: settings.token, bodyLimit: settings.bodyLimit)
    origins = Set(settings.origins.map { $0.lowercased() })
    let named = settings.hosts.map { Admission.name(of: $0) }
    // Where the address is any of the machine's, its names cannot be known.
    let isAny = settings.host == "0.0.0.0" || settings.host == "::"
    guard !isAny || !named.isEmpty else { return }
    hosts = Set(
      named + ["localhost", "127.0.0.1", "[::1]", settings.host.lowercased(), "[\(settings.host)]"])
  }
}
