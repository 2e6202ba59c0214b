internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import UnixSignals

/// Serves until the process is told to end, or the task is cancelled.
/// - Parameters:
///   - endsAtSignals: whether SIGINT and SIGTERM end it, once what was asked is answered.
///   - onListening: called with the port as soon as the server listens.
/// - Throws: `ServerFailure` if the server cannot start.
package func serve(
  _ settings: ServerSettings, endsAtSignals: Bool = true,
  onListening: @escaping @Sendable (Int) -> Void = { _ in }
) async throws {
  raiseFileLimit()
  let logger = makeLogger()
  let application = makeApplication(try ServerCore(settings, logger), logger, onListening)
  do {
    try await application.runService(
      gracefulShutdownSignals: endsAtSignals ? [.sigterm, .sigint] : [])
  } catch let error as IOError {
    throw ServerFailure(
      error.errnoCode == EADDRINUSE
        ? "port \(settings.port) of \(settings.host) is in use; --port names another"
        : "cannot listen on \(settings.host), port \(settings.port): "
          + String(cString: strerror(error.errnoCode)))
  } catch is SocketAddressError.UnknownHost {
    throw ServerFailure("--host: there is no address \(settings.host)")
  }
}

/// Lets the process have as many connections as the system allows it.
private func raiseFileLimit() {
  var limit = rlimit()
  guard getrlimit(fileLimit, &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(fileLimit, &limit)
}

#if canImport(Glibc)
  private let fileLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  private let fileLimit = RLIMIT_NOFILE
#endif

/// What the API answers, as method and path: `POST /v1/act`.
package func answeredRequests(_ settings: ServerSettings) throws -> [String] {
  try apiRoutes(ServerCore(settings, makeLogger())).map { "\($0.method.rawValue) \($0.path)" }
}

/// The routes of the API.
func apiRoutes(_ core: ServerCore) -> [Route] {
  InferenceRoutes(core: core).routes + SessionRoutes(core: core).routes
    + OperationRoutes(core: core).routes
}

/// What goes on in the server beside the requests.
private func services(_ core: ServerCore, _ logger: Logger) -> [any Service] {
  var services: [any Service] = [
    VersionWatch(core, core.settings.served, logger), TriggerReview(core, logger),
  ]
  if let feedback = core.feedback {
    services.append(FeedbackService(log: feedback, sessions: core.sessions))
    if core.settings.learns { services.append(Learner(core, feedback, logger)) }
  }
  return services
}

/// What goes wrong without a request to tell it to is printed on standard error.
private func makeLogger() -> Logger {
  var logger = Logger(label: "foal") { StreamLogHandler.standardError(label: $0) }
  logger.logLevel = .notice
  return logger
}

/// The server with its routes, before it listens.
func makeApplication(
  _ core: ServerCore, _ logger: Logger, _ onListening: @escaping @Sendable (Int) -> Void
) -> Application<RouterResponder<BasicRequestContext>> {
  let router = Router(context: BasicRequestContext.self)
  router.add(middleware: ErrorReplies())
  router.add(apiRoutes(core), bodyLimit: core.settings.bodyLimit)
  addDashboardRoutes(to: router, core)
  return Application(
    router: router,
    server: HTTPServerBuilder { GuardedChannel(responder: $0, core: core) },
    configuration: ApplicationConfiguration(
      address: .hostname(core.settings.host, port: core.settings.port), backlog: 1024),
    services: services(core, logger),
    onServerRunning: { channel in
      announce(channel.localAddress, core.settings)
      onListening(channel.localAddress?.port ?? core.settings.port)
    },
    logger: logger)
}

/// Tells the user where the server listens.
private func announce(_ address: SocketAddress?, _ settings: ServerSettings) {
  guard !settings.isSilent else { return }
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
