internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Serves until the process is told to end.
/// - Throws: `ServerFailure` if the server cannot start.
package func serve(_ settings: ServerSettings) async throws {
  let application = makeApplication(try ServerCore(settings))
  do {
    try await application.runService()
  } catch let error as IOError {
    throw ServerFailure(
      error.errnoCode == EADDRINUSE
        ? "port \(settings.port) of \(settings.host) is in use; --port names another"
        : "cannot listen on \(settings.host), port \(settings.port): "
          + String(cString: strerror(error.errnoCode)))
  } catch let error as SocketAddressError {
    throw ServerFailure("--host: there is no address \(settings.host): \(error)")
  }
}

/// The routes of the API.
func apiRoutes(_ core: ServerCore) -> [Route] {
  InferenceRoutes(core: core).routes + SessionRoutes(core: core).routes
    + OperationRoutes(core: core).routes
}

/// The server with its routes, before it listens.
func makeApplication(_ core: ServerCore) -> Application<RouterResponder<BasicRequestContext>> {
  var logger = Logger(label: "foal")
  logger.logLevel = .error
  let router = Router(context: BasicRequestContext.self)
  router.add(middleware: ErrorReplies())
  if let folder = Bundle.module.path(forResource: "Dashboard", ofType: nil) {
    router.add(middleware: FileMiddleware(folder, searchForIndexHtml: true, logger: logger))
  }
  router.add(apiRoutes(core), bodyLimit: core.settings.bodyLimit)
  addDashboardRoutes(to: router, home: core.settings.home)
  return Application(
    router: router,
    server: HTTPServerBuilder { GuardedChannel(responder: $0, core: core) },
    configuration: ApplicationConfiguration(
      address: .hostname(core.settings.host, port: core.settings.port), backlog: 1024),
    services: [VersionWatch(core, core.settings.served, logger)],
    onServerRunning: { channel in announce(channel.localAddress, core.settings) },
    logger: logger)
}

/// Tells the user where the server listens.
private func announce(_ address: SocketAddress?, _ settings: ServerSettings) {
  let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
  let url = "http://\(host):\(address?.port ?? settings.port)"
  if settings.printsJSON {
    var text = JSONText()
    text.object { $0.member("url", url) }
    FileHandle.standardOutput.write(Data("\(text.text)\n".utf8))
  } else {
    FileHandle.standardError.write(Data("Foal serves at \(url) (Ctrl-C ends it)\n".utf8))
  }
}
