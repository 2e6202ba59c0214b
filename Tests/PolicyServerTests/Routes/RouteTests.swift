import Foundation
import PolicyServer
import Records
import Testing

@Suite("Route")
struct RouteTests {
  @Test("says which methods a path has")
  func methods() async throws {
    try await withServer { client in
      let reply = try await client.ask("DELETE", "/v1/act")
      #expect(reply.status == 405)
      #expect(reply.headers["allow"] == "POST")
      let nothing = try await client.ask("GET", "/v1/nothing")
      #expect(nothing.status == 404)
      #expect(nothing.error.contains("/v1/nothing"))
    }
  }

  @Test("are the requests that the OpenAPI document describes, all of them and no other")
  func openAPI() async throws {
    let answered = Set(try answeredRequests(ServerSettings()))
    let document = try await withServer { client in
      let reply = try await client.ask("GET", "/openapi.json")
      #expect(reply["openapi"] == .string("3.1.0"))
      return try JSONValue(parsing: reply.body)
    }
    guard case .object(let paths) = document["paths"] else { throw Unexpected("no paths") }
    var described: Set<String> = []
    for (path, item) in paths {
      guard case .object(let operations) = item else { throw Unexpected(path) }
      for method in operations.keys where method != "parameters" {
        described.insert("\(method.uppercased()) \(path)")
      }
    }
    #expect(described.subtracting(answered).isEmpty)
    #expect(answered.subtracting(described).isEmpty)
  }

  @Test("give what the OpenAPI document says they give")
  func schemas() async throws {
    try await withServer { client in
      let document = try JSONValue(
        parsing: try await client.ask("GET", "/openapi.json").body)
      let session = try await client.ask("POST", "/v1/sessions", "{}")
      let id = try session.string("session")
      let step = try await client.act(id, #"{"step":0,"observation":[0,0,0,0]}"#)
      let given: [(String, Reply)] = [
        ("Session", session), ("StepReply", step),
        ("State", try await client.ask("GET", "/v1/sessions/\(id)/state")),
        ("Model", try await client.ask("GET", "/v2/models/cartpole")),
        ("Policies", try await client.ask("GET", "/v1/policies")),
        ("Error", try await client.ask("GET", "/v2/models/horse")),
      ]
      for (name, reply) in given {
        let schema = document["components"]?["schemas"]?[name]
        guard case .object(let properties) = schema?["properties"],
          case .array(let required) = schema?["required"],
          case .object(let members) = try JSONValue(parsing: reply.body)
        else { throw Unexpected("\(name): \(reply.body)") }
        #expect(Set(members.keys).subtracting(properties.keys).isEmpty, "\(name)")
        for case .string(let key) in required { #expect(members[key] != nil, "\(name).\(key)") }
      }
    }
  }
}
