import PolicyServer
import Records
import Testing

@Suite("InferenceRoutes")
struct InferenceRoutesTests {
  private static let infer = "/v2/models/cartpole/infer"

  private func body(
    _ data: String, shape: String = "[1,8]", datatype: String = "FP32", rest: String = ""
  ) -> String {
    #"""
    {"id":"7","inputs":[{"name":"observation","shape":\#(shape),"datatype":"\#(datatype)",
    "data":\#(data)}]\#(rest)}
    """#
  }

  @Test("describes a model", arguments: ["", "/versions/1"])
  func metadata(_ version: String) async throws {
    try await withServer { client in
      let reply = try await client.ask("GET", "/v2/models/cartpole" + version)
      #expect(reply["name"] == .string("cartpole"))
      #expect(reply["versions"] == .array([.string("1")]))
      guard case .array(let inputs) = reply["inputs"] else { throw Unexpected(reply.body) }
      #expect(inputs.first?["name"] == .string("observation"))
      #expect(inputs.first?["shape"] == .array([.integer(-1), .integer(8)]))
      let ready = try await client.ask("GET", "/v2/models/cartpole\(version)/ready")
      #expect(ready["ready"] == .bool(true))
    }
  }

  @Test("decides as a session does, with the memory handed in")
  func sameAsSession() async throws {
    try await withServer { client in
      let session = try await client.open()
      _ = try await client.act(session, #"{"step":0,"observation":[0,0,0.1,0]}"#)
      let state = try await client.ask("GET", "/v1/sessions/\(session)/state")
      let step = try await client.act(
        session, #"{"step":1,"observation":[0,0.1,0.1,0],"reward":1}"#)
      guard case .array(let memory) = state["memory"], case .array(let last) = state["last_action"]
      else { throw Unexpected(state.body) }
      let history = JSONValue.array(
        [.integer(0), .number(0.1), .number(0.1), .integer(0)] + last + [.integer(1), .integer(0)]
      ).canonicalText
      let reply = try await client.ask(
        "POST", Self.infer,
        #"""
        {"inputs":[{"name":"memory","shape":[1,64],"datatype":"FP32",
        "data":\#(JSONValue.array(memory).canonicalText)},
        {"name":"observation","shape":[1,8],"datatype":"FP32","data":[\#(history)]}]}
        """#)
      #expect(reply.status == 200)
      guard case .array(let outputs) = reply["outputs"] else { throw Unexpected(reply.body) }
      func data(_ name: String) -> JSONValue? {
        outputs.first { $0["name"] == .string(name) }?["data"]
      }
      #expect(data("action") == step["action"].map { .array([$0]) })
      #expect(data("log_prob") == step["log_prob"].map { .array([$0]) })
      #expect(data("value") == step["value"].map { .array([$0]) })
    }
  }

  @Test("takes data flat and nested, and gives back what is asked for")
  func layouts() async throws {
    try await withServer { client in
      let rest = #","outputs":[{"name":"value"}]"#
      let flat = try await client.ask(
        "POST", Self.infer,
        body("[0,0,0,0,0,0,0,1,1,0,0,0,0,0,0,1]", shape: "[2,8]", rest: rest))
      let nested = try await client.ask(
        "POST", Self.infer,
        body("[[0,0,0,0,0,0,0,1],[1,0,0,0,0,0,0,1]]", shape: "[2,8]", rest: rest))
      #expect(flat.status == 200)
      #expect(flat.body == nested.body)
      #expect(flat["id"] == .string("7"))
      #expect(flat["model_version"] == .string("1"))
      guard case .array(let outputs) = flat["outputs"] else { throw Unexpected(flat.body) }
      #expect(outputs.count == 1)
      #expect(outputs[0]["shape"] == .array([.integer(2)]))
    }
  }

  @Test(
    "refuses what does not fit, and says what is expected",
    arguments: [
      ("[0,0]", "[1,8]", "FP32", "8 numbers"), ("[0]", "[1,1]", "FP32", "shape [1, 8]"),
      ("[]", "[0,8]", "FP32", "at least one row"), ("[]", "[-1,8]", "FP32", "at least one row"),
      ("[]", "[9007199254740992,8]", "FP32", "expected"), ("[]", "[]", "FP32", "at least one row"),
      ("[0,0,0,0,0,0,0,1]", "[1,8]", "BYTES", "a type of numbers"),
      ("[0,0,0,0,0,0,0,1e39]", "[1,8]", "FP32", "too large"),
      ("[0,0,0,0,0,0,0,\"1\"]", "[1,8]", "FP32", "a number"),
      ("[0,0,0,0,0,0,0,1e300000]", "[1,8]", "FP32", "too large"),
    ])
  func refuses(_ data: String, _ shape: String, _ datatype: String, _ message: String) async throws
  {
    try await withServer { client in
      let reply = try await client.ask(
        "POST", Self.infer, body(data, shape: shape, datatype: datatype))
      #expect(reply.status == 400)
      #expect(reply.error.contains(message))
    }
  }

  @Test("knows which models and versions there are")
  func unknown() async throws {
    try await withServer { client in
      let model = try await client.ask("GET", "/v2/models/horse")
      let version = try await client.ask("GET", "/v2/models/cartpole/versions/9/ready")
      #expect(model.status == 404)
      #expect(model.error.contains("there are cartpole"))
      #expect(version.status == 404)
      #expect(version.error.contains("it has 1"))
    }
  }
}
