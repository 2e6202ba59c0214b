internal import Foundation
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Records

/// Serves until the process is told to end.
/// - Throws: `ServerFailure` if the server cannot start.
package func serve(_ settings: ServerSettings) async throws {
  let application = makeApplication(settings)
  do {
    try await application.runService()
  } catch let error as IOError where error.errnoCode == EADDRINUSE {
    throw ServerFailure(
      "port \(settings.port) of \(settings.host) is in use; --port names another")
  }
}

/// The server with its routes, before it listens.
func makeApplication(_ settings: ServerSettings) -> Application<RouterResponder<BasicRequestContext>>
{
  let router = Router(context: BasicRequestContext.self)
  router.get("v2") { _, _ in
    #"{"name":"foal","version":"\#(Release.version)","extensions":[]}"#
  }
  router.get("v2/health/live") { _, _ in #"{"live":true}"# }
  addDashboardRoutes(to: router, home: settings.home)
  var logger = Logger(label: "foal-serve")
  logger.logLevel = .error
  return Application(
    router: router,
    configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
    onServerRunning: { channel in announce(channel.localAddress, settings) },
    logger: logger)
}

/// Tells the user where the server listens.
private func announce(_ address: SocketAddress?, _ settings: ServerSettings) {
  let url = "http://\(settings.host):\(address?.port ?? settings.port)"
  if settings.printsJSON {
    FileHandle.standardOutput.write(Data(#"{"url":"\#(url)"}\#n"#.utf8))
  } else {
    FileHandle.standardError.write(Data("Foal serves at \(url) (Ctrl-C ends it)\n".utf8))
  }
}
