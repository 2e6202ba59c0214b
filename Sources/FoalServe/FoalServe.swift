internal import ArgumentParser
internal import Foundation
internal import PolicyServer
internal import ServeArguments

/// The server that `foal serve` starts.
@main
struct FoalServe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "foal-serve",
    abstract: "Serve agents over HTTP; 'foal serve --help' explains it.")

  @OptionGroup var options: ServeOptions

  func run() async throws {
    var settings = ServerSettings(
      agents: options.served, host: options.host, port: options.port, home: options.folder,
      printsJSON: options.json)
    settings.token = try options.token()
    settings.hosts = options.hosts
    settings.origins = options.origins
    settings.sessionLimit = options.sessions
    settings.bodyLimit = options.bodyKilobytes << 10
    settings.batchMilliseconds = options.batchMilliseconds
    settings.keepsFeedback = options.feedback || options.learn
    settings.learns = options.learn
    settings.evaluates = options.evaluates
    try await PolicyServer.serve(settings)
  }

  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as ServerFailure {
      FileHandle.standardError.write(Data("foal: \(failure)\n".utf8))
      Foundation.exit(1)
    } catch {
      let code = exitCode(for: error)
      guard code != .success else { exit(withError: error) }
      let line = "foal: \(message(for: error)) (see 'foal serve --help')\n"
      FileHandle.standardError.write(Data(line.utf8))
      Foundation.exit(code.rawValue)
    }
  }
}
