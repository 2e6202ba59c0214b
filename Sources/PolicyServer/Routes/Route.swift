internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// One thing that can be asked for: a method and a path, and what answers.
struct Route: Sendable {
  typealias Handler = @Sendable (RouteRequest) async throws(APIError) -> RouteReply

  let method: HTTPRequest.Method
  /// The path, with names in braces for what stands in their places: `/v2/models/{model}`.
  let path: String
  /// What answers; nil for what the gate answers before any route is looked for.
  let handler: Handler?

  init(_ method: HTTPRequest.Method, _ path: String, _ handler: Handler?) {
    self.method = method
    self.path = path
    self.handler = handler
  }
}

/// What came with a request.
struct RouteRequest: Sendable {
  /// What stood in the places that the path names.
  var parameters: [String: String] = [:]
  /// What stood behind the path's question mark.
  var query: [String: String] = [:]
  /// The body.
  var bytes: [UInt8] = []
}

/// What is answered.
struct RouteReply: Sendable {
  var status = 200
  var type = "application/json"
  var body: String

  init(_ body: String, status: Int = 200, type: String = "application/json") {
    self.body = body
    self.status = status
    self.type = type
  }

  /// An object.
  init(status: Int = 200, _ members: (inout JSONText) -> Void) {
    var text = JSONText()
    text.object(members)
    self.init(text.text, status: status)
  }

  init(_ error: APIError) {
    self.init(error.body, status: error.status)
  }

  /// The reply as the HTTP library takes it.
  var response: Response {
    Response(
      status: HTTPResponse.Status(code: status),
      headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}

extension Router<BasicRequestContext> {
  /// Adds routes, and for each path an answer to the methods that it does not have.
  func add(_ routes: [Route], bodyLimit: Int) {
    for route in routes {
      guard let handler = route.handler else { continue }
      on(RouterPath(route.path), method: route.method) { request, context in
        do throws(APIError) {
          return try await handler(RouteRequest(request, context, bodyLimit)).response
        } catch {
          return RouteReply(error).response
        }
      }
    }
    let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .patch, .options]
    for (path, routes) in Dictionary(grouping: routes, by: \.path) {
      let known = routes.map(\.method)
      let allowed = known.map(\.rawValue).sorted().joined(separator: ", ")
      for method in methods where !known.contains(method) {
        on(RouterPath(path), method: method) { _, _ in
          var response = RouteReply(APIError(405, "\(path) takes \(allowed)")).response
          response.headers[.allow] = allowed
          return response
        }
      }
    }
  }
}

extension RouteRequest {
  init(_ request: Request, _ context: BasicRequestContext, _ bodyLimit: Int) async throws(APIError)
  {
    for (name, value) in context.parameters { parameters[String(name)] = String(value) }
    for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
    do {
      let body = try await request.body.collect(upTo: bodyLimit)
      bytes = Array(body.readableBytesView)
    } catch {
      throw APIError(400, "the body could not be read")
    }
  }

  /// A parameter of the path.
  func parameter(_ name: String) throws(APIError) -> String {
    guard let value = parameters[name] else { throw APIError(404, "the path lacks \(name)") }
    return value
  }
}

/// Answers in JSON where there is no route and no file.
struct ErrorReplies: RouterMiddleware {
  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      let message =
        error.status == .notFound
        ? "there is nothing at \(request.uri.path.prefix(200))" : error.body ?? "\(error.status)"
      return RouteReply(APIError(error.status.code, message)).response
    }
  }
}
