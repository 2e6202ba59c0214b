import PolicyServer
import Testing

@Suite("SessionSettings")
struct SessionSettingsTests {
  @Test(
    "refuses settings that are not, and says what is expected",
    arguments: [
      (#"{"polisy":"cartpole"}"#, "expected policy"), (#"{"seed":-1}"#, "whole number"),
      (#"{"seed":1.5}"#, "whole number"), (#"{"ttl_s":0}"#, "1 to 86400"),
      (#"{"deterministic":1}"#, "true or false"), (#"{"goal":[1]}"#, "has no goals"),
      (#"{"instruction":"go"}"#, "takes no instructions"), ("[]", "an object"),
      (#"{"seed":1"#, "no comma and no end"), ("", ""),
    ])
  func refuses(_ json: String, _ message: String) async throws {
    try await withServer { client in
      let reply = try await client.ask("POST", "/v1/sessions", json)
      #expect(reply.status == (json.isEmpty ? 201 : 400))
      #expect(reply.error.contains(message))
    }
  }

  @Test(
    "names the policies and versions that there are",
    arguments: [
      (#"{"policy":"horse"}"#, "there are cartpole"), (#"{"version":7}"#, "it has 1"),
      (#"{"policy":"cartpole","version":"x"}"#, "it has 1"),
    ])
  func unknown(_ json: String, _ message: String) async throws {
    try await withServer { client in
      let reply = try await client.ask("POST", "/v1/sessions", json)
      #expect(reply.status == 404)
      #expect(reply.error.contains(message))
    }
  }
}
