internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Policies

/// Adds the dashboard: its first page at `/`, the others and their data below `/dashboard/`.
func addDashboardRoutes(to router: Router<BasicRequestContext>, _ core: ServerCore) {
  let dashboard = Dashboard(
    home: core.settings.home,
    served: {
      core.policies.current.map {
        ServedAgent(
          name: $0.name, agent: Agent(card: $0.card, policy: $0.policy), sha256: $0.checksum)
      }
    },
    tool: { arguments in
      do throws(APIError) {
        return try await core.tool.run(arguments, within: .seconds(60))
      } catch {
        throw DashboardFailure(.failed, error.message)
      }
    })
  let answer: @Sendable (Request, BasicRequestContext) async throws -> Response = { request, _ in
    await dashboard.answer(DashboardRequest(request)).response
  }
  router.get("/", use: answer)
  router.get("/dashboard/**", use: answer)
  router.post("/dashboard/**", use: answer)
}

extension DashboardRequest {
  /// The most bytes of a body: what steps an episode is a few numbers.
  private static let mostBytes = 16 * 1024

  /// Takes down what HTTP brought; a body that is too long or breaks off is an empty one, which is
  /// no JSON.
  fileprivate init(_ request: Request) async {
    let method: Method =
      switch request.method {
      case .get, .head: .get
      case .post: .post
      default: .other
      }
    let parts = request.uri.path.split(separator: "/").map {
      String($0).removingPercentEncoding ?? String($0)
    }
    let body =
      method == .post ? try? await request.body.collect(upTo: Self.mostBytes) : nil
    self.init(
      method, path: Array(parts.dropFirst()),
      query: request.uri.queryParameters.map { (String($0.key), String($0.value)) },
      body: body.map { Array($0.readableBytesView) } ?? [])
  }
}

extension DashboardAnswer {
  fileprivate var response: Response {
    var headers: HTTPFields = [
      .contentType: contentType, .cacheControl: "no-cache",
      .contentSecurityPolicy: policy,
      .xContentTypeOptions: "nosniff",
    ]
    headers[HTTPField.Name("Referrer-Policy")!] = "same-origin"
    if let fileName { headers[.contentDisposition] = "attachment; filename=\"\(fileName)\"" }
    return Response(
      status: .init(code: status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
