import FoalClient
import Foundation
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite("Connection of the client")
struct ConnectionTests {
  @Test(
    "puts paths behind the server's address",
    arguments: ["http://localhost:1/a", "http://localhost:1/a/"]
  )
  func address(_ address: String) throws {
    let connection = Connection(
      try #require(URL(string: address)), token: "0123456789abcdef", timeoutSeconds: 1)
    let request = try connection.request(FoalClient.Call("POST", "/v1/act", Data("{}".utf8)))
    #expect(request.url?.absoluteString == "http://localhost:1/a/v1/act")
    #expect(request.httpMethod == "POST")
    #expect(request.httpBody == Data("{}".utf8))
    #expect(request.value(forHTTPHeaderField: "Content-Type") == "application/json")
    #expect(request.value(forHTTPHeaderField: "Authorization") == "Bearer 0123456789abcdef")
  }

  @Test("shows no token that it has not, and names no type where there is no body")
  func bare() throws {
    let connection = Connection(
      try #require(URL(string: "http://localhost:1")), token: nil, timeoutSeconds: 1)
    let request = try connection.request(FoalClient.Call("GET", "/v2"))
    #expect(request.value(forHTTPHeaderField: "Content-Type") == nil)
    #expect(request.value(forHTTPHeaderField: "Authorization") == nil)
  }

  @Test("refuses what is no address of a server")
  func noAddress() throws {
    let connection = Connection(
      try #require(URL(string: "localhost:8080")), token: nil, timeoutSeconds: 1)
    #expect(
      throws: FoalClientError.unreachable(
        "localhost:8080 is no address such as http://127.0.0.1:8080")
    ) {
      try connection.request(FoalClient.Call("GET", "/v2"))
    }
  }
}
