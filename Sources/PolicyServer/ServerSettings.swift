/// What a server is started with.
package struct ServerSettings: Sendable {
  /// Agents' files, folders of them, or bundled names.
  package var agents: [String]
  /// The address to listen on.
  package var host: String
  /// The port; 0 for one that is free.
  package var port: Int
  /// The folder that holds `runs/`.
  package var home: String
  /// Whether the address is printed as JSON on standard output once the server listens.
  package var printsJSON: Bool

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
}

/// Why a server cannot start: one line for the user.
package struct ServerFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
