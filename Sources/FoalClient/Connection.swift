package import Foundation

#if canImport(FoundationNetworking)
  package import FoundationNetworking
#endif

/// Sends requests to a server, over connections that are kept.
package struct Connection: Sendable {
  private let url: URL
  private let token: String?
  private let session: URLSession

  package init(_ url: URL, token: String?, timeoutSeconds: Double) {
    self.url = url
    self.token = token
    let settings = URLSessionConfiguration.ephemeral
    settings.timeoutIntervalForRequest = timeoutSeconds
    session = URLSession(configuration: settings)
  }

  /// The request as Foundation sends it.
  package func request(_ call: FoalClient.Call) throws(FoalClientError) -> URLRequest {
    let base = url.absoluteString
    guard let url = URL(string: (base.hasSuffix("/") ? String(base.dropLast()) : base) + call.path),
      url.scheme == "http" || url.scheme == "https"
    else { throw .unreachable("\(base) is no address such as http://127.0.0.1:8080") }
    var request = URLRequest(url: url)
    request.httpMethod = call.method
    if let body = call.body {
      request.httpBody = body
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    return request
  }

  func send(_ call: FoalClient.Call) async throws(FoalClientError) -> FoalClient.Answer {
    let request = try request(call)
    do {
      let (body, response) = try await session.data(for: request)
      return FoalClient.Answer(
        status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: body)
    } catch {
      throw .unreachable(error.localizedDescription)
    }
  }
}
