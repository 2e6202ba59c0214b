internal import Environments
internal import HTTPTypes
internal import Policies
internal import Records

/// The Open Inference Protocol, version 2: what model servers speak. It has no memory of its own: a
/// policy's memory goes in and out with each request.
struct InferenceRoutes: Sendable {
  let core: ServerCore

  var routes: [Route] {
    let model = "/v2/models/{model}"
    let version = model + "/versions/{version}"
    return [
      Route(.get, "/v2") { (_) throws(APIError) in about() },
      Route(.get, "/v2/health/live") { (_) throws(APIError) in
        RouteReply { $0.member("live", true) }
      },
      Route(.get, "/v2/health/ready") { (_) throws(APIError) in
        RouteReply { $0.member("ready", true) }
      },
      Route(.get, model) { (request) throws(APIError) in try metadata(request) },
      Route(.get, version) { (request) throws(APIError) in try metadata(request) },
      Route(.get, model + "/ready") { (request) throws(APIError) in try ready(request) },
      Route(.get, version + "/ready") { (request) throws(APIError) in try ready(request) },
      Route(.post, model + "/infer") { (request) throws(APIError) in try infer(request) },
      Route(.post, version + "/infer") { (request) throws(APIError) in try infer(request) },
    ]
  }

  private func about() -> RouteReply {
    RouteReply { text in
      text.member("name", "foal")
      text.member("version", Release.version)
      text.member("extensions", ["foal_sessions"])
    }
  }

  private func version(_ request: RouteRequest) throws(APIError) -> PolicyVersion {
    try core.policies.version(try request.parameter("model"), request.parameters["version"])
  }

  private func ready(_ request: RouteRequest) throws(APIError) -> RouteReply {
    let version = try self.version(request)
    return RouteReply { text in
      text.member("name", version.name)
      text.member("ready", true)
    }
  }

  private func metadata(_ request: RouteRequest) throws(APIError) -> RouteReply {
    let version = try self.version(request)
    let labels = try core.policies.labels(of: version.name)
    return RouteReply { text in
      text.member("name", version.name)
      text.member("versions", labels)
      text.member("platform", "foal")
      text.key("inputs")
      text.array { text in for tensor in version.inputs { text.tensor(tensor) } }
      text.key("outputs")
      text.array { text in for tensor in version.outputs { text.tensor(tensor) } }
    }
  }

  private func infer(_ request: RouteRequest) throws(APIError) -> RouteReply {
    let version = try self.version(request)
    let call = try InferenceCall(request.bytes)
    let rows = try call.rows(for: version)
    let decisions = StepDecision.all(rows, by: version)
    core.metrics.countPass(steps: rows.count)
    if let row = decisions.firstIndex(where: { $0 == nil }) {
      throw APIError(400, "inputs: row \(row) gives numbers that are not finite")
    }
    let wanted = try call.outputs(of: version)
    return RouteReply { text in
      text.member("model_name", version.name)
      text.member("model_version", version.label)
      if let id = call.id { text.member("id", id) }
      text.key("outputs")
      text.array { text in
        for tensor in wanted { text.tensor(tensor, of: decisions.compactMap { $0 }) }
      }
    }
  }
}

/// A tensor of the protocol, without its data: -1 stands for the number of rows.
struct TensorDescription: Sendable, Equatable {
  var name: String
  var datatype: String
  var shape: [Int]
}

extension PolicyVersion {
  /// What the policy takes: all that it sees, the history included, and its memory.
  var inputs: [TensorDescription] {
    var inputs = [
      TensorDescription(name: "observation", datatype: "FP32", shape: [-1, layout.count])
    ]
    if memoryWidth > 0 {
      inputs.append(TensorDescription(name: "memory", datatype: "FP32", shape: [-1, memoryWidth]))
    }
    if policy.actionSpace.isMasked {
      inputs.append(
        TensorDescription(name: "mask", datatype: "FP32", shape: [-1, layout.actionCount]))
    }
    return inputs
  }

  /// What the policy gives.
  var outputs: [TensorDescription] {
    var outputs = [
      isDiscrete
        ? TensorDescription(name: "action", datatype: "INT32", shape: [-1])
        : TensorDescription(name: "action", datatype: "FP32", shape: [-1, layout.actionCount]),
      TensorDescription(name: "log_prob", datatype: "FP32", shape: [-1]),
      TensorDescription(name: "value", datatype: "FP32", shape: [-1]),
    ]
    if memoryWidth > 0 {
      outputs.append(TensorDescription(name: "memory", datatype: "FP32", shape: [-1, memoryWidth]))
    }
    return outputs
  }
}

extension JSONText {
  fileprivate mutating func tensor(_ tensor: TensorDescription) {
    object { text in
      text.member("name", tensor.name)
      text.member("datatype", tensor.datatype)
      text.key("shape")
      text.array { text in for size in tensor.shape { text.value(size) } }
    }
  }

  /// Writes an output with its data, row by row.
  fileprivate mutating func tensor(_ tensor: TensorDescription, of decisions: [StepDecision]) {
    object { text in
      text.member("name", tensor.name)
      text.member("datatype", tensor.datatype)
      text.key("shape")
      text.array { text in
        for size in tensor.shape { text.value(size == -1 ? decisions.count : size) }
      }
      text.key("data")
      text.array { text in
        for decision in decisions { text.row(of: tensor.name, decision) }
      }
    }
  }

  private mutating func row(of name: String, _ decision: StepDecision) {
    switch name {
    case "log_prob": value(decision.logProbability)
    case "value": value(decision.value)
    case "memory": for cell in decision.memory { value(cell) }
    default:
      switch decision.action {
      case .index(let index): value(index)
      case .vector(let vector): for component in vector { value(component) }
      }
    }
  }
}
